package io.sluice.perf.report;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Words that the table and the page share.
final class Words {
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private Words() {}

  /// When, how often, how long.
  static String summary(RunInfo run) {
    String rounds = run.rounds() == 1 ? "1 round" : run.rounds() + " rounds";
    return "%s, %s, took %s".formatted(minute(run.started()), rounds, time(run.took()));
  }

  static String minute(Instant instant) {
    return MINUTE.format(instant);
  }

  /// In the two largest units: `2 h 5 min`.
  static String time(Duration duration) {
    if (duration.toHours() > 0) {
      return duration.toHours() + " h " + duration.toMinutesPart() + " min";
    }
    return duration.toMinutes() > 0
        ? duration.toMinutes() + " min " + duration.toSecondsPart() + " s"
        : duration.toSeconds() + " s";
  }

  static String arrow(Better better) {
    return switch (better) {
      case LOWER -> " ↓";
      case HIGHER -> " ↑";
      case NEITHER -> "";
    };
  }

  static String sentence(Better better) {
    return switch (better) {
      case LOWER -> "lower is better";
      case HIGHER -> "higher is better";
      case NEITHER -> "";
    };
  }
}
