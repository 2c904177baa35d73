package io.sluice.gateway.edge;

import java.util.concurrent.atomic.AtomicLong;

/// What the outboxes of one loop's connections hold together, and the bound on it: when it is
/// spent, only an empty outbox takes something. Messages that several outboxes share count for each
/// of them. Confined to the loop, but for [#used].
final class OutboxBudget {
  private final long limit;
  private final AtomicLong used = new AtomicLong();

  /// @param limit bytes
  OutboxBudget(long limit) {
    this.limit = limit;
  }

  boolean spent() {
    return used.getPlain() >= limit;
  }

  void take(long bytes) {
    used.lazySet(used.getPlain() + bytes); // nobody else writes
  }

  void give(long bytes) {
    take(-bytes);
  }

  /// Bytes. For any thread.
  long used() {
    return used.get();
  }
}
