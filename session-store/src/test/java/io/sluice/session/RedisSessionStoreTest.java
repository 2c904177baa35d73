package io.sluice.session;

import static io.sluice.session.SessionStoreContract.get;
import static io.sluice.session.SessionStoreContract.someKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandTimeoutException;
import io.sluice.embedded.EmbeddedRedis;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// As a user who may do what is needed, and nothing else.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RedisSessionStoreTest implements SessionStoreContract {
  private final EmbeddedRedis redis = EmbeddedRedis.builder().start();
  private final String uri = LeastUser.of(redis);
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

  @Override
  public SessionStore store(Duration ttl, Duration grace) {
    return stores.openRedisOnly(Stores.settings(uri, ttl, grace));
  }

  @Test
  void twoNodesSeeTheSameSessions() {
    SessionStore other = store(Stores.TTL, Stores.GRACE);
    SessionKey key = someKey();
    long generation = get(store.open(key, PHONE)).generation();

    assertThat(get(other.open(key, LAPTOP)).previous()).contains(PHONE.holder());
    Checkpoint late = SessionStoreContract.live(key, PHONE, generation, PHONE.connected());
    assertThat(get(store.checkpoint(List.of(late)))).containsExactly(late);
    assertThat(get(store.find(key)).map(StoredSession::info)).contains(LAPTOP);
  }

  @Test
  void generationsRiseThoughTheClockOfRedisGoesBack() {
    SessionKey key = someKey();
    get(store.open(key, PHONE));
    // The year 2100 in microseconds: as if Redis' clock had been ahead until now.
    try (var client = RedisClient.create(redis.uri());
        var connection = client.connect()) {
      connection.sync().hset(Keys.of(key), "generation", "4102444800000000");
    }

    assertThat(get(store.open(key, LAPTOP)).generation()).isEqualTo(4_102_444_800_000_001L);
  }

  @Test
  void aFullQueueRejectsAtOnceAndTheRestMeetsItsTimeLimit() {
    var settings =
        new SessionStoreSettings(
            uri,
            false,
            Stores.PATIENT,
            Stores.TTL,
            Stores.GRACE,
            Duration.ofSeconds(30),
            IdempotencyStore.PENDING,
            256,
            1000);
    SessionStore narrow = stores.openRedisOnly(settings);
    redis.pause();
    try {
      long start = System.nanoTime();
      List<CompletableFuture<Optional<StoredSession>>> asked =
          IntStream.range(0, 300)
              .mapToObj(_ -> narrow.find(someKey()).toCompletableFuture())
              .toList();
      // Nothing here waits for Redis, which answers nothing.
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Stores.PATIENT);

      assertThat(asked.stream().filter(CompletableFuture::isDone)).hasSize(44);
      assertThatThrownBy(() -> get(asked.getLast()))
          .hasCauseInstanceOf(QueueFullException.class)
          .hasMessageContaining("the limit of 256 calls");
      assertThatThrownBy(() -> get(asked.getFirst()))
          .hasCauseInstanceOf(RedisCommandTimeoutException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Stores.PATIENT, Stores.PATIENT.multipliedBy(3));
    } finally {
      redis.resume();
    }
  }
}
