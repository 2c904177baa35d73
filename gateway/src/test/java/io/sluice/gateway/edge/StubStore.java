package io.sluice.gateway.edge;

import io.sluice.session.Checkpoint;
import io.sluice.session.IdempotencyStore;
import io.sluice.session.Opened;
import io.sluice.session.SessionInfo;
import io.sluice.session.SessionKey;
import io.sluice.session.SessionState;
import io.sluice.session.SessionStore;
import io.sluice.session.StoreHealth;
import io.sluice.session.StoredSession;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/// A store that answers at once, as it is told to.
class StubStore implements SessionStore {
  /// What opening any session finds.
  Opened opened = new Opened(1, false, Optional.empty(), SessionState.NONE);

  /// The generation of the session that was closed last.
  final AtomicLong closed = new AtomicLong();

  /// Sessions of a node that knows no other.
  @SuppressWarnings("NullAway")
  Sessions sessions() {
    return new Sessions("n", this, Duration.ofSeconds(30), null);
  }

  @Override
  public CompletionStage<Opened> open(SessionKey key, SessionInfo info) {
    return CompletableFuture.completedFuture(opened);
  }

  @Override
  public CompletionStage<List<Checkpoint>> checkpoint(List<Checkpoint> batch) {
    return CompletableFuture.completedFuture(List.of());
  }

  @Override
  public CompletionStage<Void> close(SessionKey key, long generation, SessionState last) {
    closed.set(generation);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Optional<StoredSession>> find(SessionKey key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<List<StoredSession>> ofUser(String user) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<Integer> sweep(String node, Instant before) {
    throw new UnsupportedOperationException();
  }

  @Override
  public IdempotencyStore idempotency() {
    throw new UnsupportedOperationException();
  }

  @Override
  public StoreHealth health() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
