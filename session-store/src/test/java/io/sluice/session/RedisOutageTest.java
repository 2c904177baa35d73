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
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("full")
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
    Checkpoint late = SessionStoreContract.live(key, PHONE, before, Instant.now());
    assertThat(inTime(() -> get(store.checkpoint(List.of(late))))).containsExactly(late);
    assertThat(inTime(() -> get(store.find(key))).map(StoredSession::info)).contains(LAPTOP);
    assertThat(store.find(someKey())).as("it may be another node's").failsWithin(IN_TIME);
    await().until(() -> store.health() instanceof StoreHealth.Degraded);
    assertThat(stores.registry.get(SessionMetrics.DEGRADED).gauge().value()).isEqualTo(1);
    assertThat(fallbacks()).isGreaterThanOrEqualTo(3);
    await().until(() -> connects("failed") > 0);
    assertThat(connects("connected")).isEqualTo(1);
    assertThat(store.sweep("another", Instant.now()))
        .as("nobody else knows its sessions")
        .failsWithin(IN_TIME);

    redis.start();

    await().atMost(Duration.ofSeconds(10)).until(() -> isHealthy(store));
    assertThat(connects("connected")).isEqualTo(2);
    SessionKey shared = someKey();
    get(store.open(shared, PHONE));
    assertThat(get(open().find(shared))).isPresent();
    Checkpoint live =
        new Checkpoint(key, LAPTOP, during.generation(), Instant.now(), SessionStoreContract.STATE);
    assertThat(get(store.checkpoint(List.of(live))))
        .as("a Redis that has lost the session refuses nobody")
        .isEmpty();
    assertThat(get(open().find(key))).as("and has it again").contains(StoredSession.of(live));
  }

  private double connects(String result) {
    return stores.registry.get("sluice.redis.connects").tag("result", result).counter().count();
  }

  @Test
  void redisPausedEveryCallIsAnsweredWithinTheTimeLimit() {
    SessionStore store = open();
    SessionKey key = someKey();
    long generation = get(store.open(key, PHONE)).generation();
    redis.pause();

    long start = System.nanoTime();
    Checkpoint live = SessionStoreContract.live(key, PHONE, generation, Instant.now());
    List<CompletableFuture<List<Checkpoint>>> asked =
        IntStream.range(0, 20)
            .mapToObj(_ -> store.checkpoint(List.of(live)).toCompletableFuture())
            .toList();
    assertThat(asked).allSatisfy(answer -> assertThat(get(answer)).isEmpty());
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(IN_TIME);

    // Twenty failures have opened the breaker: nobody waits for Redis any more.
    assertThat(store.health()).isInstanceOf(StoreHealth.Degraded.class);
    assertThat(store.find(key).toCompletableFuture()).isDone();

    redis.resume();
    await().atMost(Duration.ofSeconds(10)).until(() -> isHealthy(store));
  }

  /// Redis does what was asked of it in a pause after it, when the answer has been given elsewhere.
  @Test
  void whatRedisDoesTooLateTakesTheSessionFromNobody() {
    SessionStore here = open();
    SessionStore there = open();
    SessionKey key = someKey();
    // So that Redis knows the script: what comes in a pause is not sent a second time with it.
    get(here.checkpoint(List.of(SessionStoreContract.live(someKey(), PHONE, 1, Instant.now()))));
    redis.pause();
    Opened first = get(here.open(key, PHONE));
    redis.resume();
    await().atMost(Duration.ofSeconds(10)).until(() -> isHealthy(here) && isHealthy(there));
    assertThat(get(here.find(key)).map(StoredSession::generation)).contains(first.generation());
    Opened second = get(there.open(key, LAPTOP));

    Checkpoint late = SessionStoreContract.live(key, PHONE, first.generation(), Instant.now());
    Checkpoint live = SessionStoreContract.live(key, LAPTOP, second.generation(), Instant.now());
    assertThat(get(there.checkpoint(List.of(live)))).isEmpty();
    assertThat(get(here.checkpoint(List.of(late)))).containsExactly(late);
  }

  /// The node that is asked has never heard of the session; Redis, which is late, has.
  @Test
  void whatIsLeftOutlivesAnOpeningThatRedisAnswersTooLate() {
    SessionStore here = open();
    SessionStore there = open();
    SessionKey key = someKey();
    long before = get(there.open(key, PHONE)).generation();
    get(there.close(key, before, SessionStoreContract.STATE));
    redis.pause();
    Opened opened = get(here.open(key, LAPTOP));
    redis.resume();
    await().atMost(Duration.ofSeconds(10)).until(() -> isHealthy(here) && isHealthy(there));

    assertThat(opened.state().whole()).isFalse();
    Checkpoint live =
        new Checkpoint(key, LAPTOP, opened.generation(), Instant.now(), opened.state());
    assertThat(get(here.checkpoint(List.of(live)))).isEmpty();
    assertThat(get(there.find(key)).map(StoredSession::state)).contains(SessionStoreContract.STATE);
    get(here.close(key, opened.generation(), opened.state()));
    assertThat(get(there.open(key, PHONE)).state()).isEqualTo(SessionStoreContract.STATE);
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

    SessionStore store = stores.begin(Stores.hasty(redis.uri()));

    assertThat(store.health()).isInstanceOf(StoreHealth.Degraded.class);
    SessionKey key = someKey();
    assertThat(inTime(() -> get(store.open(key, PHONE))).resumed()).isFalse();

    redis.start();
    await().atMost(Duration.ofSeconds(10)).until(() -> isHealthy(store));
  }

  @Test
  void aConnectionThatStaysMuteIsReplaced() {
    assertReplacedWhenMute(_ -> {});
  }

  /// A batch of which nothing was answered is no sign of life.
  @Test
  void aConnectionThatStaysMuteIsReplacedThoughCheckpointsGoOn() {
    SessionKey key = someKey();
    assertReplacedWhenMute(store ->
        get(store.checkpoint(List.of(SessionStoreContract.live(key, PHONE, 1, Instant.now())))));
  }

  private void assertReplacedWhenMute(Consumer<SessionStore> again) {
    SessionStore store = stores.open(Stores.hasty(redis.uri()), Duration.ofSeconds(1));
    redis.pause();

    await()
        .pollInterval(Duration.ofMillis(100))
        .atMost(Duration.ofSeconds(10))
        .until(() -> {
          again.accept(store);
          return store.health() instanceof StoreHealth.Degraded degraded
              && degraded.reason().equals("connection lost");
        });

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
    return stores.open(Stores.hasty(redis.uri()));
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
