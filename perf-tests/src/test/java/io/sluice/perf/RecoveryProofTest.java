package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.embedded.EmbeddedKafka;
import io.sluice.embedded.FreePorts;
import io.sluice.gateway.Gateway;
import io.sluice.gateway.auth.TokenSigner;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.GatewayConfig;
import io.sluice.perf.check.SequenceChecker;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Three nodes, and clients that are cut, change nodes, sleep until what they missed has left the
/// windows, and come back, while records are produced, nodes restart, and once the topic is deleted
/// and made anew. No gap, no repetition, no disorder that a client was not told of, and no client
/// is told of a loss for any other reason than the topic's end.
///
/// What happens is decided by the seed; when it does, relative to what nodes do meanwhile, is not.
@Timeout(180)
final class RecoveryProofTest {
  private static final String TOPIC = "sluice.proof";
  private static final int NODES = 3;
  private static final int PARTITIONS = 2;

  /// Together with as many channels, more than a window holds.
  private static final int FILLING = 1_500;

  private static final int RECORDS_A_STEP = 100;
  private static final int LONGEST_SLEEP = 40;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /// @param each channels of a client
  private record Size(int clients, int channels, int each, int records, int perSecond) {
    int steps() {
      return records / RECORDS_A_STEP;
    }
  }

  private static final Size SMALL = new Size(60, 24, 6, 8_000, 2_500);
  private static final Size LARGE = new Size(500, 200, 10, 50_000, 2_500);

  private static final List<String> CONFIGS = new ArrayList<>();
  private static final List<Optional<Gateway>> GATEWAYS = new ArrayList<>();
  private static final List<URI> EDGES = new ArrayList<>();
  private static EmbeddedKafka kafka;
  private static String token;

  @BeforeAll
  static void start() throws Exception {
    kafka = EmbeddedKafka.builder().start();
    for (int i = 0; i < NODES; i++) {
      int port = FreePorts.next();
      CONFIGS.add(
          """
          edge: {host: 127.0.0.1, port: %d, loops: 1, max-connections: 1000, max-pending: 2000, outboxes: 16MiB, max-channels: 100}
          api: {host: 127.0.0.1, port: %d, key: proof}
          kafka: {bootstrap-servers: '%s', create-topics: true, partitions: %d, fetch-bytes: 2MiB}
          redis: {uri: ''}
          tokens: {hmac-secret: 'a secret of at least thirty-two bytes'}
          drain: {announce: 0s, duration: 1s}
          window: {bytes: 1MiB}
          replay: {scans: 1}
          publish: {queue: 100}
          namespaces:
            default: {topic: %s, subscribe: authenticated, replay: {max-scan: 1000000, max-bytes: 1GiB}}
          """
              .formatted(port, FreePorts.next(), kafka.bootstrapServers(), PARTITIONS, TOPIC));
      EDGES.add(URI.create("ws://127.0.0.1:" + port + "/connection/websocket"));
      GATEWAYS.add(Optional.of(Gateway.start(config(i))));
    }
    token =
        new TokenSigner(config(0).tokens(), Clock.systemUTC())
            .sign("wanderer", Duration.ofHours(2), List.of());
  }

  @AfterAll
  static void stop() {
    GATEWAYS.forEach(gateway -> gateway.ifPresent(Gateway::close));
    kafka.close();
  }

  private static GatewayConfig config(int node) {
    return ConfigLoader.parse(CONFIGS.get(node), Map.of(), Map.of());
  }

  private static void restart(int node) throws Exception {
    GATEWAYS.get(node).ifPresent(Gateway::close);
    GATEWAYS.set(node, Optional.of(Gateway.start(config(node))));
  }

  /// The log is another one from now on.
  private static void recreateTopic() throws Exception {
    NewTopic topic = new NewTopic(TOPIC, PARTITIONS, (short) 1);
    TopicAnew.make(kafka.bootstrapServers(), topic, LIMIT);
  }

  @ParameterizedTest
  @ValueSource(longs = 0)
  void nobodyMissesAnythingUntold(long seed) throws Exception {
    prove(seed, SMALL);
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 50);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  @Tag("full")
  void nobodyMissesAnythingUntoldWhateverTheSeed(long seed) throws Exception {
    prove(seed, SMALL);
  }

  @ParameterizedTest
  @ValueSource(longs = 100)
  @Tag("full")
  void fiveHundredDoNotMissAnythingEither(long seed) throws Exception {
    prove(seed, LARGE);
  }

  private static void prove(long seed, Size size) throws Exception {
    Random random = new Random(seed);
    List<String> channels =
        IntStream.range(0, size.channels()).mapToObj(i -> "s" + seed + "-" + i).toList();
    SequenceChecker checker = new SequenceChecker();
    List<Wanderer> all = new ArrayList<>();
    try (NumberedRecords records =
        new NumberedRecords(kafka.bootstrapServers(), TOPIC, channels, FILLING)) {
      for (int i = 0; i < size.clients(); i++) {
        all.add(wanderer("w" + i, size, channels, checker, random));
      }
      Eventually.so(LIMIT, () -> all.stream().allMatch(Wanderer::isLive), all::toString);
      for (int step = 0; step < size.steps(); step++) {
        int now = step;
        records.send(RECORDS_A_STEP, size.perSecond());
        all.forEach(each -> each.wakeIfDue(now));
        for (int i = 0; i < Math.max(2, size.clients() / 25); i++) {
          disturb(all.get(random.nextInt(all.size())), step, random);
        }
        if (step == size.steps() / 2) {
          recreateTopic();
        } else if (step % (size.steps() / 4) == size.steps() / 8) {
          restart(random.nextInt(NODES));
        }
      }
      all.forEach(Wanderer::wake);
      Map<String, Long> published = records.published();
      Eventually.so(
          LIMIT,
          () -> all.stream().allMatch(Wanderer::isLive) && checker.missing(published) == 0,
          () ->
              "seed %d: %d are missing; %s; %s"
                  .formatted(seed, checker.missing(published), checker.violations(), all));
      assertThat(checker.violations(published)).as("seed %d", seed).isEmpty();
      assertThat(all)
          .as("seed %d", seed)
          .allMatch(each -> each.failures().isEmpty())
          .allMatch(each -> each.mostLosses() <= 1);
    } finally {
      all.forEach(Wanderer::close);
    }
  }

  private static Wanderer wanderer(
      String name, Size size, List<String> channels, SequenceChecker checker, Random random) {
    List<String> mine = new ArrayList<>(channels);
    Collections.shuffle(mine, random);
    List<URI> nodes = new ArrayList<>(EDGES);
    Collections.shuffle(nodes, random);
    return new Wanderer(name, nodes, token, mine.subList(0, size.each()), checker);
  }

  private static void disturb(Wanderer someone, int step, Random random) {
    switch (random.nextInt(3)) {
      case 0 -> someone.cut();
      case 1 -> someone.move();
      default -> someone.sleep(step + 1 + random.nextInt(LONGEST_SLEEP));
    }
  }
}
