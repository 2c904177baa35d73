package io.sluice.perf.chaos;

import static org.assertj.core.api.Assertions.assertThat;

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
    Judgement judgement = result.rounds().getFirst().judgement();
    assertThat(judgement.acknowledged()).isGreaterThan(3_000);
    assertThat(judgement.delivered()).isGreaterThan(judgement.acknowledged());
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
  private static List<String> jit() {
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
    assertThat(Files.readAllLines(folder.resolve("table.txt"))).contains(result.line());
  }
}
