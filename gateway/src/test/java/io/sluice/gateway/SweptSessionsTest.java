package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.broker.NodeInfo;
import io.sluice.embedded.EmbeddedRedis;
import io.sluice.gateway.cluster.Told;
import io.sluice.session.SessionInfo;
import io.sluice.session.SessionKey;
import io.sluice.session.SessionStore;
import io.sluice.session.SessionStoreSettings;
import io.sluice.session.SessionStores;
import io.sluice.session.StoredSession;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SweptSessionsTest {
  private final EmbeddedRedis redis = EmbeddedRedis.builder().start();
  private final SessionStore store =
      SessionStores.open(SessionStoreSettings.of(redis.uri()), new SimpleMeterRegistry());
  private final Told told = new Told();

  @AfterEach
  void close() {
    store.close();
    redis.close();
  }

  private void listen(Predicate<String> duty) {
    Sweeper sweeper = new Sweeper(List::of, store, Runnable::run);
    Inheritance inheritance = new Inheritance(duty, List::of, _ -> {});
    told.onDied(node -> inheritance.of(node, "sweep", sweeper::died));
  }

  private SessionKey opened(String user, String node) {
    SessionKey key = new SessionKey(user, "tab");
    store.open(key, new SessionInfo(node, "c", Instant.now())).toCompletableFuture().join();
    return key;
  }

  private StoredSession stored(SessionKey key) {
    return store.find(key).toCompletableFuture().join().orElseThrow();
  }

  private static NodeInfo node(String id) {
    return new NodeInfo(id, Instant.EPOCH, "ws://127.0.0.1:1", "http://127.0.0.1:1", "v");
  }

  @Test
  void theGraceOfADeadNodesSessionsBeginsAndThoseOfOthersGoOn() {
    listen(_ -> true);
    SessionKey left = opened("sweep-ann", "sweep-dead");
    SessionKey lives = opened("sweep-bob", "sweep-alive");

    told.died(node("sweep-dead"));

    await().atMost(Duration.ofSeconds(10)).until(() -> stored(left).closed().isPresent());
    assertThat(stored(lives).closed()).isEmpty();
  }

  @Test
  void onlyTheNodeWhoseDutyItIsLooksAtThem() {
    listen(chore -> !chore.equals("sweep/another-dead"));
    SessionKey left = opened("sweep-carl", "another-dead");
    SessionKey next = opened("sweep-dora", "next-dead");

    told.died(node("another-dead"));
    told.died(node("next-dead"));

    await().atMost(Duration.ofSeconds(10)).until(() -> stored(next).closed().isPresent());
    assertThat(stored(left).closed()).isEmpty();
  }
}
