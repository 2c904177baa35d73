package io.sluice.session;

import static io.sluice.session.SessionStoreContract.get;
import static io.sluice.session.SessionStoreContract.live;
import static io.sluice.session.SessionStoreContract.someKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.embedded.EmbeddedRedisCluster;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/// A real Redis Cluster behaves like one Redis.
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ClusterSessionStoreTest implements SessionStoreContract {
  private final EmbeddedRedisCluster redis = EmbeddedRedisCluster.start();
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
    return stores.openRedisOnly(Stores.settings(redis.uri(), ttl, grace, true));
  }

  /// With this node's memory behind it.
  private SessionStore resilient() {
    return stores.open(Stores.settings(redis.uri(), Stores.TTL, Stores.GRACE, true));
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void aMasterThatIsAwayTakesItsOwnSessionsWithItAndTheyAreBackWithTheNextCheckpoint() {
    SessionStore node = resilient();
    List<Checkpoint> all =
        IntStream.range(0, 150)
            .mapToObj(_ -> someKey())
            .map(key -> live(key, PHONE, get(node.open(key, PHONE)).generation(), Instant.now()))
            .toList();

    redis.masters().getFirst().stop();

    assertThat(get(node.checkpoint(all))).as("nobody is refused").isEmpty();
    assertThat(all)
        .as("nor forgotten: what Redis does not answer, this node does")
        .allSatisfy(one -> assertThat(get(node.find(one.key()))).isPresent());

    redis.masters().getFirst().start(); // empty
    await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions() // it says for a while that the cluster is down
        .untilAsserted(() -> {
          assertThat(get(node.checkpoint(all))).isEmpty();
          assertThat(all).allSatisfy(one -> assertThat(get(store.find(one.key()))).isPresent());
        });
  }
}
