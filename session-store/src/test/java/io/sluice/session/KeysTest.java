package io.sluice.session;

import static io.sluice.session.SessionStoreContract.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.sluice.embedded.EmbeddedRedis;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is in Redis is exactly what [Keys] says.
final class KeysTest {
  private static final SessionKey KEY = new SessionKey("ann:ä", "tab-1");
  private static final String NAME = "sluice:session:5:ann:ä:tab-1";
  private static final SessionInfo INFO =
      new SessionInfo("node-1", "client-7", Instant.ofEpochMilli(1_767_225_600_123L));

  @Test
  void everyKeyTypeFieldAndLifetimeIsAsDocumented() {
    try (var redis = EmbeddedRedis.builder().start();
        var stores = new Stores();
        var client = RedisClient.create(redis.uri());
        var connection = client.connect()) {
      RedisCommands<String, String> look = connection.sync();
      SessionStore store = stores.open(SessionStoreSettings.of(redis.uri()));

      long generation = get(store.open(KEY, INFO)).generation();
      get(store.seen(KEY, generation, INFO.connected().plusMillis(1000)));

      assertThat(look.keys("*")).containsExactly(NAME);
      assertThat(look.type(NAME)).isEqualTo("hash");
      assertThat(look.hgetall(NAME))
          .containsOnly(
              entry("v", "1"),
              entry("user", "ann:ä"),
              entry("session", "tab-1"),
              entry("node", "node-1"),
              entry("client", "client-7"),
              entry("generation", Long.toString(generation)),
              entry("connected", "1767225600123"),
              entry("seen", "1767225601123"));
      assertLifetime(look, Duration.ofMinutes(5));

      get(store.close(KEY, generation));

      Map<String, String> closed = look.hgetall(NAME);
      assertThat(closed).hasSize(9).containsKey("closed");
      assertThat(Instant.ofEpochMilli(Long.parseLong(closed.get("closed"))))
          .isBetween(Instant.now().minusSeconds(5), Instant.now().plusSeconds(5));
      assertLifetime(look, Duration.ofMinutes(2));

      get(store.open(KEY, INFO));

      assertThat(look.hgetall(NAME)).hasSize(8).doesNotContainKey("closed");
      assertLifetime(look, Duration.ofMinutes(5));
    }
  }

  private static void assertLifetime(RedisCommands<String, String> look, Duration expected) {
    assertThat(look.pttl(NAME)).isBetween(expected.toMillis() - 5000, expected.toMillis());
  }
}
