package io.sluice.gateway.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// `log.*`: how much is written to the log.
///
/// @param levels `LOGGER=LEVEL`, over what the logging configuration says; `root` is all the others
public record LogConfig(List<String> levels) {
  private static final Set<String> LEVELS =
      Set.of("off", "error", "warn", "info", "debug", "trace");

  public LogConfig {
    levels = List.copyOf(levels);
    Checks checks = new Checks();
    for (String entry : levels) {
      int equals = entry.indexOf('=');
      checks.that(
          equals > 0 && LEVELS.contains(entry.substring(equals + 1).toLowerCase(Locale.ROOT)),
          "log.levels: '%s' is not of the form LOGGER=LEVEL, with off, error, warn, info, debug or trace"
              .formatted(entry));
    }
    checks.done();
  }

  /// Levels in lower case by logger.
  public Map<String, String> byLogger() {
    Map<String, String> found = new LinkedHashMap<>();
    for (String entry : levels) {
      int equals = entry.indexOf('=');
      found.put(entry.substring(0, equals), entry.substring(equals + 1).toLowerCase(Locale.ROOT));
    }
    return found;
  }

  static LogConfig read(Settings in) {
    return new LogConfig(in.list("log.levels"));
  }

  void write(Listing out) {
    out.add("log.levels", String.join(",", levels));
  }
}
