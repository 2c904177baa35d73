package io.sluice.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import io.sluice.embedded.EmbeddedRedis;
import io.sluice.embedded.FreePorts;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What a look at a real Redis finds.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RedisLookTest {
  private final EmbeddedRedis redis = EmbeddedRedis.builder().maxMemoryMib(32).start();

  @AfterAll
  void close() {
    redis.close();
  }

  @Test
  void versionKindMemoryAndClockAreToldAndNothingIsWritten() throws Exception {
    RedisLook.Found found = RedisLook.at(SessionStoreSettings.of(redis.uri()));
    assertThat(found.facts())
        .containsEntry("redis_mode", "standalone")
        .containsEntry("role", "master")
        .containsEntry("maxmemory", Long.toString(32L << 20))
        .containsEntry("maxmemory_policy", "volatile-ttl")
        .containsKey("redis_version");
    assertThat(found.roundTrip()).isLessThan(Duration.ofSeconds(1));
    assertThat(found.ahead().abs()).isLessThan(Duration.ofSeconds(1));
    assertThat(found.refused()).isEmpty();
    assertThat(found.where()).isEqualTo("127.0.0.1:" + redis.port());
    try (var client = RedisClient.create(redis.uri());
        var connection = client.connect()) {
      assertThat(connection.sync().dbsize()).isZero();
    }
  }

  @Test
  void whoHasOnlyTheRightsOfANodeIsLookedAtToo() throws Exception {
    RedisLook.Found found = RedisLook.at(SessionStoreSettings.of(LeastUser.of(redis)));
    assertThat(found.facts()).isEmpty();
    assertThat(found.refused()).isEmpty();
    assertThat(found.where()).doesNotContain("p-123");
  }

  @Test
  void whoMayNotRunScriptsIsToldSo() throws Exception {
    String uri = LeastUser.without(redis, "+eval");
    RedisLook.Found found = RedisLook.at(SessionStoreSettings.of(uri));
    assertThat(found.refused().orElseThrow()).contains("NOPERM");
  }

  @Test
  void anAbsentRedisIsOneLineWithoutThePassword() {
    String uri = "redis://me:p-123@127.0.0.1:" + FreePorts.next();
    assertThatThrownBy(() -> RedisLook.at(SessionStoreSettings.of(uri)))
        .isInstanceOf(RedisLookException.class)
        .hasMessageContaining("Redis at 127.0.0.1:")
        .hasMessageNotContaining("p-123");
  }

  @Test
  void linesOfInfoAreRead() {
    Map<String, String> facts = new HashMap<>();
    RedisLook.read("# Server\r\nredis_version:7.0.15\r\nos:Linux: x\r\n\r\n", facts);
    assertThat(facts)
        .containsOnly(Map.entry("redis_version", "7.0.15"), Map.entry("os", "Linux: x"));
  }
}
