package io.sluice.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedRedisTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final RedisClient client = RedisClient.create();

  @TempDir Path directory;

  @AfterEach
  void shutDownClient() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
  }

  @Test
  void redisAnswersPong() {
    try (var redis = EmbeddedRedis.builder().start()) {
      assertThat(redis.uri()).isEqualTo("redis://127.0.0.1:" + redis.port());
      assertThat(ask(redis, commands -> commands.ping())).isEqualTo("PONG");
      assertThat(ask(redis, commands -> commands.info("memory"))).contains("maxmemory:67108864");
    }
  }

  @Test
  void aStoppedRedisComesBackOnItsPortEmpty() {
    try (var redis = EmbeddedRedis.builder().start()) {
      ask(redis, commands -> commands.set("k", "v"));

      redis.stop();
      assertThat(FreePorts.isFree(redis.port())).isTrue();
      redis.start();

      assertThat(ask(redis, commands -> commands.keys("*").toString())).isEqualTo("[]");
    }
  }

  @Test
  void dataOutlivesRedisWhenItHasADirectory() {
    var builder = EmbeddedRedis.builder().dataDirectory(directory);
    try (var redis = builder.start()) {
      ask(redis, commands -> commands.set("k", "kept"));
    }
    try (var redis = builder.start()) {
      assertThat(ask(redis, commands -> commands.get("k"))).isEqualTo("kept");
    }
  }

  @Test
  void aPausedRedisAcceptsButAnswersOnlyWhenItIsResumed() {
    try (var redis = EmbeddedRedis.builder().start();
        var connection = connect(redis, PATIENCE)) {
      redis.pause();
      connection.setTimeout(Duration.ofMillis(300));
      assertThatThrownBy(() -> connection.sync().ping())
          .isInstanceOf(RedisCommandTimeoutException.class);
      redis.resume();
      connection.setTimeout(PATIENCE);
      assertThat(connection.sync().ping()).isEqualTo("PONG");
    }
  }

  @Test
  void aCrashedRedisCanBeStartedAgain() {
    try (var redis = EmbeddedRedis.builder().start()) {
      ProcessHandle crashing = ProcessHandle.of(redis.pid()).orElseThrow();
      crashing.destroyForcibly();
      await().until(() -> !crashing.isAlive());

      redis.start();

      assertThat(ask(redis, commands -> commands.ping())).isEqualTo("PONG");
    }
  }

  @Test
  void aTakenPortIsNamed() throws Exception {
    try (var other = new ServerSocket(FreePorts.next(), 1, InetAddress.ofLiteral("127.0.0.1"))) {
      int port = other.getLocalPort();
      assertThatThrownBy(() -> EmbeddedRedis.builder().port(port).start())
          .isInstanceOf(PortTakenException.class)
          .hasMessage("port " + port + " on 127.0.0.1 is taken; Redis needs it");
    }
  }

  @Test
  void aBadSettingIsReportedInRedisOwnWords() {
    assertThatThrownBy(() -> EmbeddedRedis.builder().setting("hz", "often").start())
        .isInstanceOf(EmbeddedStartException.class)
        .hasMessageContaining("integer");
  }

  @Test
  void closeIsIdempotentAlsoWhilePaused() {
    var redis = EmbeddedRedis.builder().start();
    ProcessHandle process = ProcessHandle.of(redis.pid()).orElseThrow();
    redis.pause();
    redis.close();
    redis.close();
    assertThat(process.isAlive()).isFalse();
    assertThatThrownBy(redis::start).hasMessageContaining("is closed");
  }

  private String ask(
      EmbeddedRedis redis, Function<RedisCommands<String, String>, String> question) {
    try (var connection = connect(redis, PATIENCE)) {
      return question.apply(connection.sync());
    }
  }

  private StatefulRedisConnection<String, String> connect(EmbeddedRedis redis, Duration timeout) {
    RedisURI uri = RedisURI.create(redis.uri());
    uri.setTimeout(timeout);
    return client.connect(uri);
  }
}
