package io.sluice.gateway.telemetry;

import io.sluice.session.Claim;
import io.sluice.session.IdempotencyKey;
import io.sluice.session.IdempotencyStore;
import io.sluice.session.Vouching;
import java.util.concurrent.CompletionStage;

/// A store of idempotency keys whose calls are traced. As the store itself.
///
/// @param store does what is asked
/// @param spans traces it
record TracedIdempotency(IdempotencyStore store, StoreSpans spans) implements IdempotencyStore {
  @Override
  public CompletionStage<Claim> claim(IdempotencyKey key, String owner) {
    return spans.of("idempotency.claim", () -> store.claim(key, owner));
  }

  @Override
  public CompletionStage<Vouching> settle(IdempotencyKey key, String owner, String answer) {
    return spans.of("idempotency.settle", () -> store.settle(key, owner, answer));
  }

  @Override
  public CompletionStage<Void> forget(IdempotencyKey key, String owner) {
    return spans.of("idempotency.forget", () -> store.forget(key, owner));
  }
}
