package io.sluice.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Scanner;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class OrphanedRedisTest {

  @Test
  void redisEndsWhenItsParentIsKilled() throws Exception {
    assertRedisGoesWith(parent("running"));
  }

  @Test
  void pausedRedisEndsWhenItsParentIsKilled() throws Exception {
    assertRedisGoesWith(parent("paused"));
  }

  private static void assertRedisGoesWith(Process parent) throws InterruptedException {
    ProcessHandle redis;
    try (var answer = new Scanner(parent.inputReader())) {
      redis = ProcessHandle.of(answer.nextLong()).orElseThrow();
    }
    assertThat(redis.isAlive()).isTrue();

    parent.destroyForcibly();
    assertThat(parent.waitFor(5, TimeUnit.SECONDS)).isTrue();

    await().atMost(Duration.ofSeconds(5)).until(() -> !redis.isAlive());
  }

  private static Process parent(String redisState) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Parent.class.getName(),
            redisState)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /// Starts a Redis, prints its process id, and waits to be killed.
  static final class Parent {
    private Parent() {}

    public static void main(String[] args) throws InterruptedException {
      var redis = EmbeddedRedis.builder().start();
      if (args[0].equals("paused")) {
        redis.pause();
      }
      System.out.println(redis.pid());
      Thread.currentThread().join();
    }
  }
}
