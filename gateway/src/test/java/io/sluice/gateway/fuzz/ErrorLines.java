package io.sluice.gateway.fuzz;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/// What is logged as an error while this is open: by us, by Netty, or by anyone about a thread that
/// died. Kafka and Redis have errors of their own. Thread-safe.
public final class ErrorLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Supplier<String> beside;

  private ErrorLines(Supplier<String> beside) {
    this.beside = beside;
  }

  /// Starts listening.
  ///
  /// @param beside what is going on, to be kept with each line
  public static ErrorLines open(Supplier<String> beside) {
    ErrorLines lines = new ErrorLines(beside);
    lines.setContext(lines.root.getLoggerContext());
    lines.start();
    lines.root.addAppender(lines);
    return lines;
  }

  public List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  protected void append(ILoggingEvent event) {
    String logger = event.getLoggerName();
    boolean ours = logger.startsWith("io.sluice") || logger.startsWith("io.netty");
    // Netty only warns of what nobody caught
    Level least = logger.startsWith("io.netty") ? Level.WARN : Level.ERROR;
    if (ours && event.getLevel().isGreaterOrEqual(least)) {
      String trace =
          event.getThrowableProxy() == null
              ? ""
              : "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy());
      lines.add(logger + " " + event.getFormattedMessage() + " during " + beside.get() + trace);
    }
  }

  @Override
  public void close() {
    root.detachAppender(this);
  }
}
