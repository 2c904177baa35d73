package io.sluice.gateway.config;

import io.sluice.broker.ByteSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Collects what is wrong with one record's values, so that all of it is reported and not only the
/// first. For one thread.
final class Checks {
  /// Longer waits are taken for mistakes; it also keeps every duration inside a `long` of
  /// nanoseconds.
  private static final Duration LONGEST = Duration.ofDays(365);

  private final List<String> problems = new ArrayList<>();

  Checks range(String key, long value, long least, long most) {
    return that(
        least <= value && value <= most,
        "%s: %d is not between %d and %d".formatted(key, value, least, most));
  }

  Checks port(String key, int value) {
    return range(key, value, 0, 65_535);
  }

  Checks range(String key, ByteSize value, ByteSize least, ByteSize most) {
    return that(
        least.compareTo(value) <= 0 && value.compareTo(most) <= 0,
        "%s: %s is not between %s and %s".formatted(key, value, least, most));
  }

  Checks range(String key, Duration value, Duration least) {
    return range(key, value, least, LONGEST);
  }

  Checks range(String key, Duration value, Duration least, Duration most) {
    return that(
        least.compareTo(value) <= 0 && value.compareTo(most) <= 0,
        "%s: %s is not between %s and %s"
            .formatted(
                key,
                DurationText.format(value),
                DurationText.format(least),
                DurationText.format(most)));
  }

  /// @param problem the whole line, when `fine` does not hold
  Checks that(boolean fine, String problem) {
    if (!fine) {
      problems.add(problem);
    }
    return this;
  }

  /// @throws ConfigException with everything found, if anything was
  void done() {
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }
}
