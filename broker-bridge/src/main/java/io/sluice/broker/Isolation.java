package io.sluice.broker;

/// Which records of transactions are seen.
public enum Isolation {
  /// Only committed ones; an open transaction holds back its whole partition.
  READ_COMMITTED,
  /// All of them, at once.
  READ_UNCOMMITTED
}
