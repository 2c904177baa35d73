package io.sluice.broker;

import java.time.Duration;

/// How much of the newest past a node keeps at hand.
///
/// @param bytes for all windows of the node together, their indexes included; shared out evenly
///   over its partitions, at least 4 MiB each
/// @param age how far back a starting node reads before it is ready
/// @param lastValues for all newest values that have left the windows; shared out evenly over the
///   partitions of namespaces that keep them
public record WindowSettings(ByteSize bytes, Duration age, ByteSize lastValues) {
  public WindowSettings {
    if (age.isNegative()) {
      throw new IllegalArgumentException("an age cannot be negative: " + age);
    }
  }
}
