package io.sluice.session;

import static io.sluice.session.SessionStoreContract.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.sluice.embedded.EmbeddedRedis;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What is in Redis is exactly what [Keys] says.
final class KeysTest {
  private static final SessionKey KEY = new SessionKey("ann:ä", "tab-1");
  private static final String NAME = "sluice:session:5:ann:ä:tab-1";
  private static final String USER = "sluice:user:ann:ä";
  private static final String NODE = "sluice:node:node-1";
  private static final SessionInfo INFO =
      new SessionInfo("node-1", "client-7", Instant.ofEpochMilli(1_767_225_600_123L));
  private static final SessionState STATE =
      new SessionState(
          List.of("orders:42", "a"),
          List.of(
              new Served("news", "epoch-1", 1000, 2000),
              new Served("b:c", "epoch-2", 5, 5),
              new Served("weather", "epoch-1", 0, 36)));

  @Test
  void everyKeyTypeFieldAndLifetimeIsAsDocumented() {
    try (var redis = EmbeddedRedis.builder().start();
        var stores = new Stores();
        var client = RedisClient.create(redis.uri());
        var connection = client.connect()) {
      RedisCommands<String, String> look = connection.sync();
      SessionStore store = stores.openRedisOnly(Stores.patient(redis.uri()));

      long generation = get(store.open(KEY, INFO)).generation();
      await()
          .untilAsserted(() -> assertThat(look.keys("*")).hasSize(3)); // indices are written beside
      get(store.checkpoint(List.of(live(generation, SessionState.NONE))));

      assertThat(look.keys("*")).containsExactlyInAnyOrder(NAME, USER, NODE);
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
      assertLifetime(look, NAME, Duration.ofMinutes(5));
      assertIndex(look, USER, "tab-1");
      assertIndex(look, NODE, "5:ann:ä:tab-1");

      get(store.checkpoint(List.of(live(generation, STATE))));

      assertThat(look.hgetall(NAME))
          .hasSize(10)
          .contains(
              entry("subs", "19:orders:421:a"),
              entry("pos", "1e7:epoch-1c4:newsrs,rs;c7:weather0,10;e7:epoch-2c3:b:c5,0;"));

      get(store.sweep("node-1", INFO.connected().plusMillis(1)));

      assertThat(look.hgetall(NAME)).hasSize(12).containsKey("closed").containsEntry("swept", "1");
      assertLifetime(look, NAME, Duration.ofMinutes(2));
      assertThat(look.exists(NODE)).as("nothing is left in it").isZero();

      get(store.close(KEY, generation, SessionState.NONE));

      Map<String, String> closed = look.hgetall(NAME);
      assertThat(closed).hasSize(9).containsKey("closed");
      assertThat(Instant.ofEpochMilli(Long.parseLong(closed.get("closed"))))
          .isBetween(Instant.now().minusSeconds(5), Instant.now().plusSeconds(5));
      assertLifetime(look, NAME, Duration.ofMinutes(2));

      get(store.open(KEY, INFO));

      assertThat(look.hgetall(NAME)).hasSize(8).doesNotContainKeys("closed", "swept");
      assertLifetime(look, NAME, Duration.ofMinutes(5));
    }
  }

  private static Checkpoint live(long generation, SessionState state) {
    return new Checkpoint(KEY, INFO, generation, INFO.connected().plusMillis(1000), state);
  }

  private static void assertIndex(RedisCommands<String, String> look, String name, String member) {
    Duration lifetime = Duration.ofMinutes(7);
    assertThat(look.type(name)).isEqualTo("zset");
    assertThat(look.zrange(name, 0, -1)).containsExactly(member);
    assertThat(look.zscore(name, member))
        .isBetween(
            (double) Instant.now().plus(lifetime).minusSeconds(5).toEpochMilli(),
            (double) Instant.now().plus(lifetime).plusSeconds(5).toEpochMilli());
    assertLifetime(look, name, lifetime);
  }

  private static void assertLifetime(
      RedisCommands<String, String> look, String name, Duration expected) {
    assertThat(look.pttl(name)).isBetween(expected.toMillis() - 5000, expected.toMillis());
  }

  @Test
  void sizesAreAsDocumented() {
    try (var redis = EmbeddedRedis.builder().start();
        var stores = new Stores();
        var client = RedisClient.create(redis.uri());
        var connection = client.connect()) {
      RedisCommands<String, String> look = connection.sync();
      SessionStore store = stores.openRedisOnly(Stores.patient(redis.uri()));
      SessionKey key = new SessionKey("user-12345", "0123456789abcdef0123456789abcdef");

      long generation = get(store.open(key, INFO)).generation();
      assertThat(look.memoryUsage(Keys.of(key))).isBetween(200L, 400L);

      List<String> names =
          IntStream.range(0, 1000).mapToObj(i -> "channel-of-thirty-letters-" + i).toList();
      SessionState large =
          new SessionState(names, names.stream().map(name -> new Served(name, "e", 1, 2)).toList());
      get(
          store.checkpoint(
              List.of(new Checkpoint(key, INFO, generation, INFO.connected(), large))));
      assertThat(look.hget(Keys.of(key), "subs")).hasSizeBetween(16_000, 16 << 10);
      assertThat(look.hget(Keys.of(key), "pos")).hasSizeBetween(16_000, 16 << 10);
      assertThat(get(store.find(key)).orElseThrow().state().subscriptions())
          .isEqualTo(names.subList(0, 515)); // the first ones fit

      for (int i = 0; i < SessionStore.MAX_OF_USER + 5; i++) {
        get(store.open(new SessionKey("many", "s" + i), INFO));
      }
      await().until(() -> look.zscore(Keys.ofUser("many"), "s260") != null);
      assertThat(look.zcard(Keys.ofUser("many"))).isEqualTo(SessionStore.MAX_OF_USER);
      assertThat(get(store.ofUser("many"))).hasSize(SessionStore.MAX_OF_USER);
    }
  }

  @Test
  void entriesOfAnIndexThatAreWorthNothingAreForgotten() {
    try (var redis = EmbeddedRedis.builder().start();
        var stores = new Stores();
        var client = RedisClient.create(redis.uri());
        var connection = client.connect()) {
      RedisCommands<String, String> look = connection.sync();
      SessionStore store = stores.openRedisOnly(Stores.patient(redis.uri()));
      look.zadd(USER, 1_000.0, "long-gone");

      get(store.open(KEY, INFO));

      await().until(() -> look.zrange(USER, 0, -1).equals(List.of("tab-1")));
    }
  }
}
