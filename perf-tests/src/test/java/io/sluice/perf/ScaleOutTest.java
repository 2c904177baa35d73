package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.embedded.EmbeddedKafka;
import io.sluice.embedded.EmbeddedRedis;
import io.sluice.perf.check.Ledger;
import io.sluice.perf.check.Violation;
import io.sluice.perf.load.KafkaPublisher;
import io.sluice.perf.load.Load;
import io.sluice.perf.load.Payload;
import io.sluice.perf.swarm.Audience;
import io.sluice.perf.swarm.Report;
import io.sluice.perf.swarm.Swarm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Three nodes become five under load, as an autoscaler would have it. Connections may not grow
/// old, so they spread over all five, and whoever is moved misses nothing. Prints how.
@Tag("full")
final class ScaleOutTest {
  private static final String NAME = ScaleOutTest.class.getSimpleName();
  private static final int BEFORE = 3;
  private static final int AFTER = 5;
  private static final int CLIENTS = 1_000;
  private static final int CHANNELS = 10;

  /// Publications, each for a tenth of the clients.
  private static final double PER_SECOND = 20;

  private static final Duration AGE = Duration.ofSeconds(20);
  private static final Duration LAST = Duration.ofSeconds(30);
  private static final Duration OUTCOMES = Duration.ofSeconds(35);

  /// Of an even share, and its reciprocal.
  private static final double EVEN = 1.25;

  /// Of all clients, so many have a connection even while most are moved.
  private static final double LEAST = 0.7;

  /// Those that may be on their way from one node to another.
  private static final int ON_THEIR_WAY = CLIENTS / 10;

  @Test
  @Timeout(300)
  void connectionsSpreadOverNodesThatAreAddedAndNobodyMissesAnything(@TempDir Path folder)
      throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.builder().start();
        EmbeddedRedis redis = EmbeddedRedis.builder().start();
        Fleet fleet = new Fleet(NAME, folder, AFTER, kafka.bootstrapServers(), redis.uri(), AGE);
        Swarm swarm = new Swarm(List.of("-Xmx256m", "-XX:+UseSerialGC"));
        KafkaPublisher publisher = new KafkaPublisher(kafka.bootstrapServers(), Fleet.TOPIC)) {
      fleet.start(0, BEFORE);
      Ledger ledger = new Ledger("scale", CHANNELS);
      Report opened =
          swarm.open(
              Audience.of(List.of(fleet.edge()), Fleet.SECRET, "scale", CHANNELS, 1), CLIENTS);
      assertThat(opened.live()).as(opened::toString).isEqualTo(CLIENTS);

      Load load = new Load(publisher, ledger, new Payload(200));
      AtomicBoolean enough = new AtomicBoolean();
      CompletableFuture<Load.Done> publishing =
          CompletableFuture.supplyAsync(
              () -> load.during(PER_SECOND, () -> !enough.get()),
              task -> Thread.ofPlatform().name("publishing").start(task));
      Course course = new Course(fleet);
      try {
        course.look();
        assertThat(course.isEven(BEFORE)).as(course::toString).isTrue();
        fleet.start(BEFORE, AFTER);
        course.added();
        await()
            .atMost(AGE.multipliedBy(2))
            .pollInterval(Duration.ofSeconds(2))
            .untilAsserted(() -> {
              course.look();
              assertThat(course.isEven(AFTER)).as(course::toString).isTrue();
            });
      } finally {
        enough.set(true);
      }
      assertThat(publishing.join().publications()).isPositive();
      assertThat(load.awaitOutcomes(OUTCOMES)).isTrue();
      assertThat(ledger.failed()).as(load::failures).isZero();
      List<Long> published = ledger.published();
      await()
          .atMost(LAST)
          .pollInterval(Duration.ofMillis(500))
          .untilAsserted(() -> {
            assertThat(wrong(swarm.finish(published), ledger)).isEmpty();
            course.look();
            assertThat(course.isEven(AFTER)).as(course::toString).isTrue();
          });
      System.out.println(course);
    }
  }

  private static List<String> wrong(Report last, Ledger ledger) {
    List<String> wrong = new ArrayList<>();
    Stream.concat(
            last.violations().stream().flatMap(it -> ledger.judge(it).stream()),
            last.claims().stream().flatMap(it -> ledger.judge(it).stream()))
        .map(Violation::text)
        .limit(5)
        .forEach(wrong::add);
    if (last.live() < CLIENTS - ON_THEIR_WAY) {
      wrong.add("live: " + last.live());
    }
    if (!last.errors().isEmpty() || last.verdicts().getOrDefault("lost", 0L) > 0) {
      wrong.add("told: " + last.errors() + last.verdicts());
    }
    if (last.ended() < CLIENTS) {
      wrong.add("moved: " + last.ended());
    }
    return wrong;
  }

  /// How many connections each node had, and when. One thread.
  private static final class Course {
    private final Fleet fleet;
    private final List<String> lines = new ArrayList<>();
    private long start = System.nanoTime();
    private List<Integer> now = List.of();

    Course(Fleet fleet) {
      this.fleet = fleet;
    }

    /// Time is counted from now on.
    void added() {
      start = System.nanoTime();
      look();
    }

    void look() {
      now = fleet.connections();
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
      StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "| %d s |", seconds));
      now.forEach(count -> line.append(' ').append(count).append(" |"));
      lines.add(line.toString());
    }

    /// Whether so many nodes share the connections there are evenly; some are on their way.
    boolean isEven(int nodes) {
      List<Integer> those = now.subList(0, nodes);
      double share = those.stream().mapToInt(Integer::intValue).average().orElse(0);
      return share >= LEAST * CLIENTS / nodes
          && Collections.min(those) >= share / EVEN
          && Collections.max(those) <= share * EVEN;
    }

    @Override
    public String toString() {
      return "%n%d connections, %d nodes become %d, edge.max-connection-age: %d s%n| since then | node 1 | node 2 | node 3 | node 4 | node 5 |%n%s%n"
          .formatted(CLIENTS, BEFORE, AFTER, AGE.toSeconds(), String.join("\n", lines));
    }
  }
}
