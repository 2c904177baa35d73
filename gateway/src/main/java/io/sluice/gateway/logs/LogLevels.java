package io.sluice.gateway.logs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// Levels of loggers: over what the logging configuration says lies what the node's configuration
/// says, and over that what somebody has asked for, for a while. They are of the process, not of a
/// node. Any thread may call.
public final class LogLevels {
  /// How long somebody's level lasts when nothing else is said.
  public static final Duration USUAL = Duration.ofMinutes(10);

  /// And at most: no node stays as loud by mistake.
  public static final Duration LONGEST = Duration.ofHours(1);

  /// Loggers that have somebody's level at a time.
  public static final int MOST = 16;

  private static final String ROOT = "root";
  private static final org.slf4j.Logger log = LoggerFactory.getLogger(LogLevels.class);

  private static final LogLevels OF_PROCESS =
      new LogLevels(
          delay -> CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS),
          Clock.systemUTC());

  /// A logger that has a level of its own.
  ///
  /// @param level in lower case
  /// @param until when it ends; nothing: it stays
  public record LoggerLevel(String logger, String level, Optional<Instant> until) {}

  /// What became of asking for a level.
  public sealed interface Outcome {
    /// It is that now.
    record Taken(LoggerLevel now) implements Outcome {}

    /// Nobody logs by that name.
    record NoLogger() implements Outcome {}

    /// [#MOST] loggers have somebody's level already.
    record TooMany() implements Outcome {}
  }

  private record Asked(Level level, Instant until) {}

  private final Function<Duration, Executor> later;
  private final Clock clock;

  /// What loggers were before; null: what the one above says.
  private final Map<String, @Nullable Level> before = new HashMap<>();

  private Map<String, String> configured = Map.of();
  private final Map<String, Asked> asked = new HashMap<>();

  /// @param later runs what it is given after a while
  LogLevels(Function<Duration, Executor> later, Clock clock) {
    this.later = later;
    this.clock = clock;
  }

  /// Those of this process.
  public static LogLevels ofProcess() {
    return OF_PROCESS;
  }

  /// Takes these from a configuration and no others: one that is not among them any more is what it
  /// was.
  ///
  /// @param byLogger level's names; `root` is all loggers without one
  synchronized void take(Map<String, String> byLogger) {
    Set<String> concerned = new LinkedHashSet<>(configured.keySet());
    Map<String, String> next = new HashMap<>();
    byLogger.forEach((logger, level) -> next.put(known(logger), level));
    concerned.addAll(next.keySet());
    configured = Map.copyOf(next);
    concerned.forEach(this::settle);
  }

  /// The one name of a logger: Logback knows the root by several, and would have it twice here.
  private static String known(String logger) {
    return logger.equalsIgnoreCase(ROOT) ? ROOT : logger;
  }

  /// Gives a logger another level for a while.
  ///
  /// @param level one of [io.sluice.gateway.config.LogConfig#LEVELS]
  /// @param length up to [#LONGEST]
  public synchronized Outcome ask(String name, String level, Duration length) {
    String logger = known(name);
    if (length.isNegative() || length.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(length + " is not between 0 and " + LONGEST);
    }
    LoggerContext loggers = loggers();
    if (loggers == null || (!logger.equals(ROOT) && loggers.exists(logger) == null)) {
      return new Outcome.NoLogger();
    }
    if (asked.size() >= MOST && !asked.containsKey(logger)) {
      return new Outcome.TooMany();
    }
    Instant until = clock.instant().plus(length).truncatedTo(ChronoUnit.SECONDS);
    Asked now = new Asked(Level.toLevel(level), until);
    log.info("a logger has another level name={} to={} until={}", logger, level, until);
    asked.put(logger, now);
    settle(logger);
    later.apply(length).execute(() -> end(logger, now));
    return new Outcome.Taken(new LoggerLevel(logger, name(now.level()), Optional.of(until)));
  }

  /// Ends what was asked for before its time.
  ///
  /// @return whether there was something
  public synchronized boolean end(String name) {
    String logger = known(name);
    Asked was = asked.get(logger);
    return was != null && end(logger, was);
  }

  /// Unless something else was asked for meanwhile.
  private synchronized boolean end(String logger, Asked was) {
    if (!was.equals(asked.get(logger))) {
      return false;
    }
    asked.remove(logger);
    settle(logger);
    log.info("a logger has its level again name={}", logger);
    return true;
  }

  /// All loggers that have a level of their own, by name.
  public synchronized List<LoggerLevel> all() {
    List<LoggerLevel> all = new ArrayList<>();
    LoggerContext loggers = loggers();
    if (loggers != null) {
      for (Logger logger : loggers.getLoggerList()) {
        String name = logger.getName().equals(Logger.ROOT_LOGGER_NAME) ? ROOT : logger.getName();
        Level level = logger.getLevel();
        if (level != null) {
          Optional<Instant> until = Optional.ofNullable(asked.get(name)).map(Asked::until);
          all.add(new LoggerLevel(name, name(level), until));
        }
      }
    }
    return all;
  }

  /// Makes a logger what it is to be now.
  private void settle(String name) {
    LoggerContext loggers = loggers();
    if (loggers == null) {
      return; // nothing is logged
    }
    Logger logger = loggers.getLogger(name.equals(ROOT) ? Logger.ROOT_LOGGER_NAME : name);
    Asked now = asked.get(name);
    String kept = configured.get(name);
    if (now == null && kept == null) {
      if (before.containsKey(name)) {
        logger.setLevel(before.remove(name));
      }
      return;
    }
    if (!before.containsKey(name)) {
      before.put(name, logger.getLevel());
    }
    logger.setLevel(now != null ? now.level() : Level.toLevel(kept));
  }

  private static @Nullable LoggerContext loggers() {
    return LoggerFactory.getILoggerFactory() instanceof LoggerContext all ? all : null;
  }

  private static String name(Level level) {
    return level.toString().toLowerCase(Locale.ROOT);
  }
}
