package io.sluice.session;

import static io.sluice.session.SessionStoreContract.PHONE;
import static io.sluice.session.SessionStoreContract.get;
import static io.sluice.session.SessionStoreContract.someKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.embedded.EmbeddedRedis;
import io.sluice.embedded.SilentLink;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A Redis that accepts connections and commands, and never answers.
final class SilentRedisTest {
  /// The time limit and what a busy machine adds to it.
  private static final Duration IN_TIME = Stores.LIMIT.plusMillis(700);

  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofSeconds(15);

  private final EmbeddedRedis redis = EmbeddedRedis.builder().start();
  private final Stores stores = new Stores();
  private SilentLink link;

  @BeforeEach
  void start() throws IOException {
    link = new SilentLink(0, URI.create(redis.uri()).getPort());
  }

  @AfterEach
  void close() throws IOException {
    stores.close();
    link.close();
    redis.close();
  }

  @Test
  void everyCallIsAnsweredInTimeThenAtOnceAndByRedisAgainWhenItAnswers() {
    SessionStore store = stores.open(hasty(), PATIENCE);
    SessionKey key = someKey();
    long generation = get(store.open(key, PHONE)).generation();
    assertThat(state(store)).isEqualTo(BreakerState.State.CLOSED);

    link.fallSilent();
    long start = System.nanoTime();
    List<CompletableFuture<Optional<StoredSession>>> asked =
        IntStream.range(0, 20).mapToObj(_ -> store.find(key).toCompletableFuture()).toList();
    assertThat(asked)
        .allSatisfy(
            answer -> assertThat(get(answer).map(StoredSession::generation)).contains(generation));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(IN_TIME);

    assertThat(state(store)).isEqualTo(BreakerState.State.OPEN);
    assertThat(gauge("open")).isOne();
    assertThat(store.open(someKey(), PHONE).toCompletableFuture()).isDone();
    assertThat(stores.registry.get(SessionMetrics.BREAKER_REFUSALS).counter().count()).isPositive();

    link.speak();
    await().atMost(LONG).until(() -> state(store) == BreakerState.State.CLOSED);
    assertThat(gauge("closed")).isOne();
    assertThat(get(store.find(key)).map(StoredSession::generation)).contains(generation);
    assertThat(store.health()).isInstanceOf(StoreHealth.Healthy.class);
  }

  @Test
  void whoStartsWithASilentRedisBeginsAloneAndJoinsLater() {
    link.fallSilent();
    SessionStore store = stores.begin(hasty(), PATIENCE);
    assertThat(state(store)).isEqualTo(BreakerState.State.OPEN);
    assertThat(store.open(someKey(), PHONE).toCompletableFuture()).isDone();

    link.speak();
    await().atMost(LONG).until(() -> state(store) == BreakerState.State.CLOSED);
  }

  private SessionStoreSettings hasty() {
    return Stores.hasty("redis://127.0.0.1:" + link.port());
  }

  private static BreakerState.State state(SessionStore store) {
    return store.breakers().getFirst().state();
  }

  private double gauge(String state) {
    return stores
        .registry
        .get(SessionMetrics.BREAKER_STATE)
        .tags("breaker", "redis", "state", state)
        .gauge()
        .value();
  }
}
