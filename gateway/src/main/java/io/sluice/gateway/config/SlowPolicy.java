package io.sluice.gateway.config;

import java.util.Locale;

/// What a subscriber gets that does not read as fast as is published, once its outbox is full.
public enum SlowPolicy {
  /// Everything, in order, as it reads.
  RESUME,
  /// The newest publication when it has read what it was sent, and how many it missed.
  LATEST,
  /// The newest publications that fit, and how many older ones it missed.
  DROP_OLDEST;

  /// As the configuration writes it.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
