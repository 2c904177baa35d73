package io.sluice.gateway.logs;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.gateway.config.LogConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log of this process as its configuration has it. It is of the process, not of a node: of
/// several nodes in one process, as tests have them, the last one decides. Any thread may call.
///
/// Where a logging configuration of somebody's own has no [StderrAppender], its lines look as it
/// says, and nothing is left out of them.
public final class NodeLog {
  /// Bytes of lines that wait at most for whoever reads stderr, on the heap.
  public static final long WAITING = LineQueue.BYTES;

  /// How long the end of a process waits until its last lines are written.
  private static final Duration LAST_LINES = Duration.ofSeconds(1);

  private NodeLog() {}

  /// Takes a configuration over.
  ///
  /// @param nodeId what lines name as their node
  public static void take(LogConfig config, String nodeId) {
    LogLevels.ofProcess().take(config.byLogger());
    AccessLog.take(config.access());
    for (StderrAppender appender : appenders()) {
      appender.take(config.format());
      appender.node(nodeId);
    }
  }

  /// Counts the lines that were not written.
  public static void bindTo(MeterRegistry registry) {
    for (StderrAppender.Lost why : StderrAppender.Lost.values()) {
      ToDoubleFunction<Class<NodeLog>> count = _ -> lost(why);
      FunctionCounter.builder("sluice.logging.lines.dropped", NodeLog.class, count)
          .description(
              "Lines that are not in the log: stderr was not read fast enough (full), their phrase had come too often within a minute (repeated), stderr is closed (unwritable)")
          .tag("reason", why.label())
          .register(registry);
    }
  }

  private static double lost(StderrAppender.Lost why) {
    return appenders().stream().mapToLong(it -> it.lost(why)).sum();
  }

  /// Waits until what was logged is written, for a second at most: before a process ends.
  public static void flush() {
    for (StderrAppender appender : appenders()) {
      var _ = appender.flush(LAST_LINES);
    }
  }

  /// A text of the log as its lines show it, for whoever shows it elsewhere: without what looks
  /// like a secret, and of a bounded length. Never throws.
  public static String masked(String text) {
    return Shown.text(text, Shown.VALUE);
  }

  private static List<StderrAppender> appenders() {
    List<StderrAppender> found = new ArrayList<>();
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext loggers) {
      var all = loggers.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders();
      while (all.hasNext()) {
        Appender<ILoggingEvent> next = all.next();
        if (next instanceof StderrAppender ours) {
          found.add(ours);
        }
      }
    }
    return found;
  }
}
