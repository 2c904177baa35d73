package io.sluice.gateway.edge;

/// What the outboxes of one loop's connections hold together, and the bound on it: when it is
/// spent, only an empty outbox takes something. Messages that several outboxes share count for each
/// of them. Confined to the loop.
final class OutboxBudget {
  private final long limit;
  private long used;

  /// @param limit bytes
  OutboxBudget(long limit) {
    this.limit = limit;
  }

  boolean spent() {
    return used >= limit;
  }

  void take(long bytes) {
    used += bytes;
  }

  void give(long bytes) {
    used -= bytes;
  }

  /// Bytes.
  long used() {
    return used;
  }
}
