package io.sluice.gateway.edge;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.session.Checkpoint;
import io.sluice.session.IdempotencyStore;
import io.sluice.session.Opened;
import io.sluice.session.SessionInfo;
import io.sluice.session.SessionKey;
import io.sluice.session.SessionState;
import io.sluice.session.SessionStore;
import io.sluice.session.SessionStoreSettings;
import io.sluice.session.SessionStores;
import io.sluice.session.StoreHealth;
import io.sluice.session.StoredSession;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// The store of a node without Redis, on which tests may look at single calls.
class WatchedStore implements SessionStore {
  private final SessionStore store =
      SessionStores.open(SessionStoreSettings.of(""), new SimpleMeterRegistry());

  /// Sessions of a node that knows no other.
  @SuppressWarnings("NullAway")
  Sessions sessions() {
    return new Sessions("n", this, Duration.ofSeconds(30), Duration.ZERO, null);
  }

  @Override
  public CompletionStage<Opened> open(SessionKey key, SessionInfo info) {
    return store.open(key, info);
  }

  @Override
  public CompletionStage<List<Checkpoint>> checkpoint(List<Checkpoint> batch) {
    return store.checkpoint(batch);
  }

  @Override
  public CompletionStage<Void> close(SessionKey key, long generation, SessionState last) {
    return store.close(key, generation, last);
  }

  @Override
  public CompletionStage<Optional<StoredSession>> find(SessionKey key) {
    return store.find(key);
  }

  @Override
  public CompletionStage<List<StoredSession>> ofUser(String user) {
    return store.ofUser(user);
  }

  @Override
  public CompletionStage<Integer> sweep(String node, Instant before) {
    return store.sweep(node, before);
  }

  @Override
  public IdempotencyStore idempotency() {
    return store.idempotency();
  }

  @Override
  public StoreHealth health() {
    return store.health();
  }

  @Override
  public void close() {
    store.close();
  }
}
