package io.sluice.session;

import static io.sluice.session.SessionStoreContract.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.sluice.embedded.EmbeddedRedis;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RedisIdempotencyStoreTest implements IdempotencyStoreContract {
  private final EmbeddedRedis redis = EmbeddedRedis.builder().start();
  private final String uri = LeastUser.of(redis);
  private final RedisLink link =
      new RedisLink(
          Stores.settings(uri, Stores.TTL, Stores.GRACE),
          SessionStores.PATIENCE,
          Clock.systemUTC(),
          () -> {});
  private final RedisCalls calls = new RedisCalls(link, 1_000);
  private final IdempotencyStore keys = keys(IdempotencyStore.PENDING, IdempotencyStore.ANSWERED);

  @BeforeAll
  void connect() {
    get(link.maintain());
  }

  @AfterAll
  void close() {
    link.close();
    redis.close();
  }

  @Override
  public Vouching vouching() {
    return Vouching.CLUSTER;
  }

  @Override
  public IdempotencyStore keys() {
    return keys;
  }

  @Override
  public IdempotencyStore keys(Duration pending, Duration answered) {
    return new RedisIdempotencyStore(calls, pending, answered);
  }

  @Test
  void aClaimHoldsForAsLongAsTheSettingsSay() {
    SessionStoreSettings quick = Stores.settings(uri, Stores.TTL, Stores.GRACE);
    SessionStoreSettings slow =
        new SessionStoreSettings(
            quick.uri(),
            quick.cluster(),
            quick.timeout(),
            quick.ttl(),
            quick.grace(),
            quick.checkpoint(),
            Duration.ofMinutes(2),
            quick.queue(),
            quick.localSessions());
    IdempotencyKey key = IdempotencyStoreContract.someKey();
    try (var client = RedisClient.create(redis.uri());
        var connection = client.connect()) {
      get(new RedisSessionStore(link, slow).idempotency().claim(key, "one"));
      assertThat(connection.sync().pttl(Keys.of(key))).isBetween(110_000L, 120_000L);
    }
  }

  /// What is in Redis is exactly what [Keys] says.
  @Test
  void everyFieldAndLifetimeIsAsDocumented() {
    IdempotencyKey key = new IdempotencyKey("orders:ä", "pay-1");
    String name = "sluice:idempotency:8:orders:ä:pay-1";
    try (var client = RedisClient.create(redis.uri());
        var connection = client.connect()) {
      RedisCommands<String, String> look = connection.sync();

      get(keys().claim(key, "one"));
      assertThat(look.type(name)).isEqualTo("hash");
      assertThat(look.hgetall(name)).containsOnlyKeys("v", "owner").containsEntry("v", "1");
      assertThat(look.pttl(name)).isBetween(5_000L, 10_000L);

      get(keys().settle(key, "one", ANSWER));
      assertThat(look.hgetall(name))
          .containsOnlyKeys("v", "owner", "answer")
          .containsEntry("answer", ANSWER);
      assertThat(look.pttl(name)).isBetween(295_000L, 300_000L);

      get(keys().claim(key, "two"));
      assertThat(look.memoryUsage(name)).isLessThan(350L);
    }
  }
}
