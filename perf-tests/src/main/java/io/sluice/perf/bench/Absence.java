package io.sluice.perf.bench;

import java.time.Duration;
import java.util.Locale;

/// Clients that are all away at once, and what they miss.
///
/// @param clients how many
/// @param channels that they share out
/// @param missed publications of each channel
/// @param publishing how long it takes to publish them
/// @param away how long after they were cut the first comes back
record Absence(int clients, int channels, int missed, Duration publishing, Duration away) {
  private static final Duration PUBLISHING = Duration.ofSeconds(8);
  private static final Duration AWAY = Duration.ofSeconds(10);

  Absence {
    if (publishing.compareTo(away) > 0) {
      throw new IllegalArgumentException(
          "published in %s what is missed in %s".formatted(publishing, away));
    }
  }

  /// As long as it takes to publish so much beside all else on the machine.
  static Absence of(int clients, int channels, int missed) {
    return new Absence(clients, channels, missed, PUBLISHING, AWAY);
  }

  /// Publications a second of all channels together.
  double perSecond() {
    return (double) missed * channels * 1e9 / publishing.toNanos();
  }

  /// For tables.
  String variant() {
    return String.format(Locale.ROOT, "%,d clients × %,d missed", clients, missed);
  }
}
