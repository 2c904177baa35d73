package io.sluice.gateway.config;

import io.sluice.broker.ByteSize;
import java.time.Duration;

/// `window.*`: the newest records, kept in memory.
///
/// @param bytes for all partitions of the node together
/// @param age how far back a starting node reads
/// @param lastValues for newest values that have left the windows, of all namespaces that keep them
public record WindowConfig(ByteSize bytes, Duration age, ByteSize lastValues) {
  /// One slab.
  private static final ByteSize SMALLEST = ByteSize.mib(1);

  public WindowConfig {
    new Checks()
        .range("window.bytes", bytes, SMALLEST, ByteSize.mib(1 << 20))
        .range("window.age", age, Duration.ZERO)
        .range("window.last-values", lastValues, SMALLEST, ByteSize.mib(1 << 20))
        .done();
  }

  static WindowConfig read(Settings in) {
    return new WindowConfig(
        in.size("window.bytes", ByteSize.mib(128)),
        in.duration("window.age", Duration.ofMinutes(10)),
        in.size("window.last-values", ByteSize.mib(8)));
  }

  void write(Listing out) {
    out.add("window.bytes", bytes).add("window.age", age).add("window.last-values", lastValues);
  }
}
