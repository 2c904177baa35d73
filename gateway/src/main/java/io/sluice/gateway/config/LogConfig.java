package io.sluice.gateway.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// `log.*`: what is written to the log, and how.
///
/// @param format how a line looks
/// @param access which requests and connections are written down
/// @param levels `LOGGER=LEVEL`, over what the logging configuration says; `root` is all the others
public record LogConfig(LogFormat format, LogAccess access, List<String> levels) {
  /// What a level may be, in lower case.
  public static final Set<String> LEVELS = Set.of("off", "error", "warn", "info", "debug", "trace");

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
    return new LogConfig(
        in.choice("log.format", LogFormat.AUTO),
        in.choice("log.access", LogAccess.FAILED),
        in.list("log.levels"));
  }

  void write(Listing out) {
    out.add("log.format", format)
        .add("log.access", access)
        .add("log.levels", String.join(",", levels));
  }
}
