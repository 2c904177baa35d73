package io.sluice.session;

/// Who recognises a repetition.
public enum Vouching {
  /// Every node, as long as Redis keeps what it is told.
  CLUSTER,
  /// This node's memory alone.
  NODE;

  /// Both have to vouch: what is known by one of them to this node only is known to this node only.
  public Vouching and(Vouching other) {
    return this == NODE ? this : other;
  }
}
