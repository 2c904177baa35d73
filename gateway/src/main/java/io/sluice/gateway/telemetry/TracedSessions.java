package io.sluice.gateway.telemetry;

import io.sluice.session.BreakerState;
import io.sluice.session.Checkpoint;
import io.sluice.session.IdempotencyStore;
import io.sluice.session.Opened;
import io.sluice.session.SessionInfo;
import io.sluice.session.SessionKey;
import io.sluice.session.SessionState;
import io.sluice.session.SessionStore;
import io.sluice.session.StoreHealth;
import io.sluice.session.StoredSession;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// A session store whose calls are traced. As the store itself. Checkpoints, ends of holds and
/// sweeps are the node's own, which nobody waits for; a checkpoint is one call for many sessions.
final class TracedSessions implements SessionStore {
  private final SessionStore store;
  private final StoreSpans spans;
  private final IdempotencyStore idempotency;

  TracedSessions(SessionStore store, StoreSpans spans) {
    this.store = store;
    this.spans = spans;
    this.idempotency = new TracedIdempotency(store.idempotency(), spans);
  }

  @Override
  public CompletionStage<Opened> open(SessionKey key, SessionInfo info) {
    return spans.of("sessions.open", () -> store.open(key, info));
  }

  @Override
  public CompletionStage<List<Checkpoint>> checkpoint(List<Checkpoint> batch) {
    return spans.own("sessions.checkpoint", batch.size(), () -> store.checkpoint(batch));
  }

  @Override
  public CompletionStage<Void> close(SessionKey key, long generation, SessionState last) {
    return spans.own("sessions.close", 1, () -> store.close(key, generation, last));
  }

  @Override
  public CompletionStage<Optional<StoredSession>> find(SessionKey key) {
    return spans.of("sessions.find", () -> store.find(key));
  }

  @Override
  public CompletionStage<List<StoredSession>> ofUser(String user) {
    return spans.of("sessions.of-user", () -> store.ofUser(user));
  }

  @Override
  public CompletionStage<Integer> sweep(String node, Instant before) {
    return spans.own("sessions.sweep", 1, () -> store.sweep(node, before));
  }

  @Override
  public IdempotencyStore idempotency() {
    return idempotency;
  }

  @Override
  public StoreHealth health() {
    return store.health();
  }

  @Override
  public List<BreakerState> breakers() {
    return store.breakers();
  }

  @Override
  public void close() {
    store.close();
  }
}
