package io.sluice.gateway.config;

import java.time.Duration;

/// `shed.*`: when a node refuses work, so that it goes on delivering.
///
/// @param loopLag how late event loops may be, for a second on end; zero = never mind
/// @param memory of the heap that may be in use after a collection, percent; 0 = never mind
public record ShedConfig(Duration loopLag, int memory) {
  public ShedConfig {
    new Checks()
        .range("shed.loop-lag", loopLag, Duration.ZERO)
        .range("shed.memory", memory, 0, 100)
        .done();
  }

  static ShedConfig read(Settings in) {
    return new ShedConfig(
        in.duration("shed.loop-lag", Duration.ofSeconds(1)), in.whole("shed.memory", 90));
  }

  void write(Listing out) {
    out.add("shed.loop-lag", loopLag).add("shed.memory", memory);
  }
}
