package io.sluice.broker;

/// What a null value does.
public enum Tombstones {
  /// Nothing is delivered.
  SKIP,
  /// Delivered as `data:null` with the tag `deleted=true`.
  DELIVER
}
