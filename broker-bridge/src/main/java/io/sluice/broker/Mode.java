package io.sluice.broker;

/// What a namespace promises.
public enum Mode {
  /// Every publication, in order.
  LOG,
  /// Each channel's newest value; the mode a compacted topic must have.
  STATE
}
