package io.sluice.session;

import static io.sluice.session.SessionStoreContract.get;
import static io.sluice.session.SessionStoreContract.live;
import static io.sluice.session.SessionStoreContract.someKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.embedded.EmbeddedRedisSentinel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/// The master that a Sentinel names behaves like any Redis, and so does the one after it.
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class SentinelSessionStoreTest implements SessionStoreContract {
  private final EmbeddedRedisSentinel redis = EmbeddedRedisSentinel.start();
  private final Stores stores = new Stores();
  private final SessionStore store = store(Stores.TTL, Stores.GRACE);

  @AfterAll
  void close() {
    stores.close();
    redis.close();
  }

  @Override
  public SessionStore store() {
    return store;
  }

  /// With this node's memory behind it, which looks for the master again.
  @Override
  public SessionStore store(Duration ttl, Duration grace) {
    return stores.open(Stores.settings(redis.uri(), ttl, grace));
  }

  private void awaitHealthy() {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> store.health() instanceof StoreHealth.Healthy);
  }

  @Test
  @Order(Integer.MAX_VALUE - 1)
  void whenAnotherBecomesTheMasterSessionsAreSharedThereAndLateHoldersAreRefused() {
    SessionKey key = someKey();
    long first = get(store.open(key, PHONE)).generation();

    redis.failOver();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> {
          get(store.open(someKey(), PHONE)); // finds out that the old one is a replica now
          SessionStore fresh =
              stores.openRedisOnly(Stores.settings(redis.uri(), Stores.TTL, Stores.GRACE));
          SessionKey shared = someKey();
          get(store.open(shared, PHONE));
          return get(fresh.find(shared)).isPresent();
        });

    Opened second = get(store.open(key, LAPTOP));
    assertThat(second.generation()).isGreaterThan(first);
    assertThat(get(store.checkpoint(List.of(live(key, PHONE, first, Instant.now()))))).hasSize(1);
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void whenTheMasterDiesNobodyIsForgottenAndTheViewIsCompleteAfterOneCheckpoint() {
    SessionKey key = someKey();
    Checkpoint live =
        new Checkpoint(key, PHONE, get(store.open(key, PHONE)).generation(), Instant.now(), STATE);

    redis.stopMaster();

    assertThat(get(store.checkpoint(List.of(live)))).isEmpty();
    awaitHealthy();
    await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .until(() -> {
          get(store.checkpoint(List.of(live)));
          SessionStore fresh =
              stores.openRedisOnly(Stores.settings(redis.uri(), Stores.TTL, Stores.GRACE));
          return get(fresh.find(key)).isPresent();
        });
    assertThat(get(store.open(key, LAPTOP)).previous()).contains(PHONE.holder());
  }
}
