package io.sluice.session;

import static io.sluice.session.SessionStoreContract.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.sluice.embedded.EmbeddedRedis;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// While all is well, the store with a fallback behaves like any other.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ResilientSessionStoreTest implements SessionStoreContract {
  private final EmbeddedRedis redis = EmbeddedRedis.builder().start();
  private final Stores stores = new Stores();
  private final SessionStore store = store(Stores.TTL, Stores.GRACE);

  @AfterAll
  void close() {
    stores.close();
    redis.close();
  }

  @Test
  void whatRedisHasLostThisNodeStillKnows() {
    SessionKey key = SessionStoreContract.someKey();
    long generation = get(store.open(key, PHONE)).generation();
    get(store.checkpoint(List.of(new Checkpoint(key, PHONE, generation, Instant.now(), STATE))));
    try (var client = RedisClient.create(redis.uri());
        var connection = client.connect()) {
      connection.sync().del(Keys.of(key));
    }

    Opened opened = get(store.open(key, LAPTOP));

    assertThat(opened.resumed()).isFalse();
    assertThat(opened.state()).isEqualTo(STATE);
  }

  @Test
  void whatRedisAnswersIsCountedByCommand() {
    SessionKey key = SessionStoreContract.someKey();
    double before = commands("hgetall");
    get(store.find(key));
    assertThat(commands("hgetall")).isEqualTo(before + 1);
    get(store.open(key, PHONE));
    assertThat(commands("evalsha") + commands("eval")).isPositive();
    assertThat(stores.registry.get("sluice.redis.commands").timers()).hasSizeLessThan(10);
  }

  private double commands(String name) {
    return stores.registry.get("sluice.redis.commands").tag("command", name).timer().count();
  }

  @Override
  public SessionStore store() {
    return store;
  }

  @Override
  public SessionStore store(Duration ttl, Duration grace) {
    return stores.open(Stores.settings(redis.uri(), ttl, grace));
  }
}
