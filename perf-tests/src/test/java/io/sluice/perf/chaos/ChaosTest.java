package io.sluice.perf.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Rounds of `./sluice chaos`.
final class ChaosTest {
  private static final Duration MINUTE = Duration.ofSeconds(60);

  /// What two cores have room for beside other tests.
  private static final Round.Size SMALL = new Round.Size(90, 18, 9);

  @TempDir private Path folder;

  @Test
  @Timeout(300)
  void inAMinuteWithoutRedisInWhichMuchElseFailsNothingIsLost() throws IOException {
    Fault minute =
        new Fault(
            "redis-away", MINUTE, Fault.Effect.ENDS_CONNECTIONS, ChaosTest::aMinuteWithoutRedis);
    Chaos.Result result =
        new Chaos(Program.ofThisBuild(jit()), folder, System.out, SMALL).run(1, 1, List.of(minute));

    System.out.println(result.table());
    System.out.println(result.line());
    result.facts(System.out);
    assertThat(result.isClean()).as(result.line()).isTrue();
    assertThat(kinds(result)).containsExactly("redis-away");
    Judgement judgement = result.rounds().getFirst().judgement();
    assertThat(judgement.acknowledged()).isGreaterThan(3_000);
    assertThat(judgement.delivered()).isGreaterThan(judgement.acknowledged());
    Chaos.Played round = result.rounds().getFirst();
    assertThat(round.newcomers()).isGreaterThan(100);
    assertThat(round.slowest()).isGreaterThan(1_000);
    assertThat(round.lags().lagging()).isPositive();
    assertThat(round.lags().closed()).isPositive();
  }

  private static List<String> kinds(Chaos.Result result) {
    return result.rounds().stream()
        .flatMap(round -> round.stages().stream())
        .map(stage -> stage.fault().name())
        .toList();
  }

  private static void aMinuteWithoutRedis(Scene scene) throws IOException {
    long back = System.nanoTime() + MINUTE.toNanos();
    scene.say("kill -9 Redis");
    scene.cluster().redis().kill();
    for (String name : List.of("node-kill", "storm", "broker-kill", "broker-hole")) {
      scene.say(name);
      Faults.named(name).strike().at(scene);
      scene.awaitLive();
    }
    scene.pause(Duration.ofNanos(Math.max(0, back - System.nanoTime())));
    scene.cluster().redis().start();
  }

  /// As nodes of tests have it.
  static List<String> jit() {
    return List.of(
        "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED");
  }

  @Test
  @Tag("full")
  @Timeout(900)
  void threeRoundsOfEverythingLoseNothing() throws IOException {
    Chaos.Result result = new Chaos(Program.ofThisBuild(List.of()), folder, System.out).run(3, 1);

    System.out.println(result.table());
    System.out.println(result.line());
    result.facts(System.out);
    assertThat(result.isClean()).as(result.line()).isTrue();
    assertThat(kinds(result))
        .containsExactlyInAnyOrderElementsOf(Faults.all().stream().map(Fault::name).toList());
    assertThat(Files.readAllLines(folder.resolve("table.txt"))).contains(result.line());
  }

  @Test
  @Tag("full")
  @Timeout(300)
  void aNodeThatDoesNotComeBackIsAFactAndEndsTheRunWithItsBundle() throws IOException {
    Fault broken =
        new Fault(
            "broken-node",
            Duration.ofSeconds(5),
            Fault.Effect.ENDS_CONNECTIONS,
            scene -> {
              Node node = scene.cluster().nodes().getFirst();
              node.process().kill();
              node.program(Program.ofThisBuild(List.of("-XX:NoSuchFlag")));
              scene.cluster().startNodes();
            });
    Chaos.Result result =
        new Chaos(Program.ofThisBuild(jit()), folder, System.out, SMALL)
            .run(2, 1, List.of(broken, broken));

    assertThat(kinds(result)).containsExactly("broken-node");
    assertThat(result.rounds().getFirst().judgement().facts())
        .singleElement()
        .satisfies(fact -> {
          assertThat(fact.kind()).isEqualTo(Fact.Kind.STUCK);
          assertThat(fact.what()).contains("broken-node", "node-1", "NoSuchFlag");
        });
    assertThat(folder.resolve("round-1/wrong.txt")).isNotEmptyFile();
    assertThat(folder.resolve("round-1/published.txt")).isNotEmptyFile();
    assertThat(folder.resolve("timeline.txt")).isNotEmptyFile();
  }

  @Test
  @Tag("full")
  @Timeout(300)
  void aClusterThatDoesNotStartIsAFactAndARunThatFailsLeavesItsBundle() throws IOException {
    Chaos.Result result =
        new Chaos(Program.ofThisBuild(List.of("-XX:NoSuchFlag")), folder, System.out, SMALL)
            .run(1, 1);

    assertThat(result.isClean()).isFalse();
    assertThat(result.line()).startsWith("rounds=0 ").endsWith(" stuck=1");
    assertThat(folder.resolve("wrong.txt")).isNotEmptyFile();

    Path failed = folder.resolve("failed");
    Fault fails =
        new Fault(
            "fails",
            Duration.ofSeconds(1),
            Fault.Effect.NONE,
            _ -> {
              throw new IllegalStateException("a mistake of ours");
            });
    assertThatThrownBy(() ->
            new Chaos(Program.ofThisBuild(jit()), failed, System.out, SMALL)
                .run(1, 1, List.of(fails)))
        .hasMessage("a mistake of ours");
    assertThat(failed.resolve("timeline.txt")).isNotEmptyFile();
    assertThat(failed.resolve("table.txt")).isNotEmptyFile();
  }
}
