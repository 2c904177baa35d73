package io.sluice.gateway.config;

import java.time.Duration;

/// `watchdog.*`: threads that hang.
///
/// @param stall how long an event loop, or a thread that reads Kafka, may not go on until it counts
///   as hung: the node is not ready then
/// @param exitAfter how long until the process ends, with code 70; zero = never
public record WatchdogConfig(Duration stall, Duration exitAfter) {
  /// A full collection of a large heap may take a part of that.
  private static final Duration LEAST = Duration.ofMillis(500);

  public WatchdogConfig {
    new Checks()
        .range("watchdog.stall", stall, LEAST, Duration.ofMinutes(10))
        .range("watchdog.exit-after", exitAfter, Duration.ZERO)
        .that(
            exitAfter.isZero() || exitAfter.compareTo(stall) > 0,
            "watchdog.exit-after: %s is not above watchdog.stall, %s"
                .formatted(DurationText.format(exitAfter), DurationText.format(stall)))
        .done();
  }

  static WatchdogConfig read(Settings in) {
    return new WatchdogConfig(
        in.duration("watchdog.stall", Duration.ofSeconds(5)),
        in.duration("watchdog.exit-after", Duration.ofSeconds(30)));
  }

  void write(Listing out) {
    out.add("watchdog.stall", stall).add("watchdog.exit-after", exitAfter);
  }
}
