package io.sluice.gateway;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// Levels of loggers over what the logging configuration says. They are of the process, not of a
/// node. Any thread may call.
final class LogLevels {
  /// What loggers were before; null: what the one above says.
  private static final Map<String, @Nullable Level> BEFORE = new HashMap<>();

  private LogLevels() {}

  /// Sets these and no others: one that is not among them any more is what it was.
  ///
  /// @param byLogger level's names; `root` is all loggers without one
  static synchronized void apply(Map<String, String> byLogger) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext loggers)) {
      return; // nothing is logged
    }
    Set<String> ended = new HashSet<>(BEFORE.keySet());
    ended.removeAll(byLogger.keySet());
    for (String name : ended) {
      loggers.getLogger(nameOf(name)).setLevel(BEFORE.remove(name));
    }
    byLogger.forEach((name, level) -> {
      Logger logger = loggers.getLogger(nameOf(name));
      if (!BEFORE.containsKey(name)) {
        BEFORE.put(name, logger.getLevel());
      }
      logger.setLevel(Level.toLevel(level));
    });
  }

  private static String nameOf(String name) {
    return name.equals("root") ? org.slf4j.Logger.ROOT_LOGGER_NAME : name;
  }
}
