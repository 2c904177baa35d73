package io.sluice.session;

import static io.sluice.session.SessionStoreContract.LAPTOP;
import static io.sluice.session.SessionStoreContract.PHONE;
import static io.sluice.session.SessionStoreContract.get;
import static io.sluice.session.SessionStoreContract.someKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.embedded.EmbeddedRedis;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RedisOutageTest {
  /// The time limit and what a busy machine adds to it.
  private static final Duration IN_TIME = Stores.LIMIT.plusMillis(700);

  private final EmbeddedRedis redis = EmbeddedRedis.builder().start();
  private final Stores stores = new Stores();

  @AfterEach
  void close() {
    stores.close();
    redis.close();
  }

  @Test
  void redisStoppedSessionsGoOnLocallyAndRedisBackTheyAreSharedAgain() {
    SessionStore store = open();
    assertThat(store.health()).isInstanceOf(StoreHealth.Healthy.class);
    SessionKey key = someKey();
    long before = get(store.open(key, PHONE)).generation();

    redis.stop();

    Opened during = inTime(() -> get(store.open(key, LAPTOP)));
    assertThat(during.resumed()).as("this node remembers its own sessions").isTrue();
    assertThat(during.generation()).isGreaterThan(before);
    assertThat(inTime(() -> get(store.seen(key, before, Instant.now())))).isFalse();
    assertThat(inTime(() -> get(store.find(key))).map(StoredSession::info)).contains(LAPTOP);
    await().until(() -> store.health() instanceof StoreHealth.Degraded);
    assertThat(stores.registry.get(SessionMetrics.DEGRADED).gauge().value()).isEqualTo(1);
    assertThat(fallbacks()).isGreaterThanOrEqualTo(3);

    redis.start();

    await().atMost(Duration.ofSeconds(10)).until(() -> isHealthy(store));
    SessionKey shared = someKey();
    get(store.open(shared, PHONE));
    assertThat(get(open().find(shared))).isPresent();
    assertThat(get(store.seen(key, during.generation(), Instant.now())))
        .as("a Redis that has lost the session refuses nobody")
        .isTrue();
  }

  @Test
  void redisPausedEveryCallIsAnsweredWithinTheTimeLimit() {
    SessionStore store = open();
    SessionKey key = someKey();
    long generation = get(store.open(key, PHONE)).generation();
    redis.pause();

    long start = System.nanoTime();
    List<CompletableFuture<Boolean>> asked =
        IntStream.range(0, 20)
            .mapToObj(_ -> store.seen(key, generation, Instant.now()).toCompletableFuture())
            .toList();
    assertThat(asked).allSatisfy(answer -> assertThat(get(answer)).isTrue());
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(IN_TIME);

    // Twenty failures have opened the breaker: nobody waits for Redis any more.
    assertThat(store.health()).isInstanceOf(StoreHealth.Degraded.class);
    assertThat(store.find(key).toCompletableFuture()).isDone();

    redis.resume();
    await().atMost(Duration.ofSeconds(10)).until(() -> isHealthy(store));
  }

  @Test
  void anOutageIsNoticedWithoutAnyTraffic() {
    SessionStore store = open();
    redis.pause();
    await().atMost(Duration.ofSeconds(10)).until(() -> !isHealthy(store));
    assertThat(((StoreHealth.Degraded) store.health()).reason()).isEqualTo("Redis does not answer");

    redis.resume();
    await().atMost(Duration.ofSeconds(10)).until(() -> isHealthy(store));
    redis.stop();
    await().atMost(Duration.ofSeconds(10)).until(() -> !isHealthy(store));
    assertThat(((StoreHealth.Degraded) store.health()).reason()).isEqualTo("connection lost");
  }

  @Test
  void withoutRedisAtTheStartItBeginsAloneAndJoinsLater() {
    redis.stop();

    SessionStore store = open();

    assertThat(store.health()).isInstanceOf(StoreHealth.Degraded.class);
    SessionKey key = someKey();
    assertThat(inTime(() -> get(store.open(key, PHONE))).resumed()).isFalse();

    redis.start();
    await().atMost(Duration.ofSeconds(10)).until(() -> isHealthy(store));
  }

  @Test
  void aConnectionThatStaysMuteIsReplaced() {
    SessionStore store =
        stores.open(Stores.settings(redis.uri(), Stores.TTL, Stores.GRACE), Duration.ofSeconds(1));
    redis.pause();

    await()
        .atMost(Duration.ofSeconds(10))
        .until(() ->
            store.health() instanceof StoreHealth.Degraded degraded
                && degraded.reason().equals("connection lost"));

    redis.resume();
    await().atMost(Duration.ofSeconds(10)).until(() -> isHealthy(store));
  }

  @Test
  void closeIsQuickAndIdempotentAlsoDuringAnOutage() {
    SessionStore store = open();
    redis.pause();
    long start = System.nanoTime();
    store.close();
    store.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
  }

  private SessionStore open() {
    return stores.open(Stores.settings(redis.uri(), Stores.TTL, Stores.GRACE));
  }

  private static boolean isHealthy(SessionStore store) {
    return store.health() instanceof StoreHealth.Healthy;
  }

  private double fallbacks() {
    return stores.registry.get(SessionMetrics.FALLBACKS).counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  private static <T> T inTime(Supplier<T> call) {
    long start = System.nanoTime();
    T answer = call.get();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(IN_TIME);
    return answer;
  }
}
