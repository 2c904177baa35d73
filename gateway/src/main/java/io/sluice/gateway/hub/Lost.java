package io.sluice.gateway.hub;

/// Why a subscription could not go on without a gap.
public enum Lost {
  /// Its log was truncated or recreated, its channel moved to another partition, or delivering
  /// failed: what it presents is judged when it comes back.
  LOG,
  /// What it has yet to be given has left the window.
  WINDOW,
  /// Nothing is lost: its client's position has grown old, see [Subscription#anchor].
  QUIET,
  /// It is further behind than `lag-max` allows; it is to go on with what is new.
  LAG
}
