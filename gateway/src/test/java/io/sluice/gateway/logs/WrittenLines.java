package io.sluice.gateway.logs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.gateway.config.LogFormat;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// The lines of one logger of this process as a node writes them, in JSON, from now on.
public final class WrittenLines implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final StderrAppender appender =
      new StderrAppender(
          out,
          new Repeats(System::nanoTime),
          Duration.ofMillis(20),
          new LineQueue(LineQueue.LINES, LineQueue.BYTES),
          LogFormat.JSON);
  private final Logger logger;
  private final @Nullable Level before;

  /// @param logger whose lines
  /// @param level down to which it writes meanwhile
  public WrittenLines(String logger, Level level) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    this.logger = context.getLogger(logger);
    before = this.logger.getLevel();
    this.logger.setLevel(level);
    appender.setContext(context);
    appender.start();
    this.logger.addAppender(appender);
  }

  /// The first line that fits, once it is written.
  public JsonNode first(Predicate<JsonNode> fits) {
    return Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> all().stream().filter(fits).findFirst(), Optional::isPresent)
        .orElseThrow();
  }

  /// All that are written.
  public List<JsonNode> all() {
    if (!appender.flush(PATIENCE)) {
      throw new AssertionError("lines wait for more than " + PATIENCE);
    }
    return out.toString(StandardCharsets.UTF_8).lines().map(WrittenLines::parsed).toList();
  }

  private static JsonNode parsed(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + line, e);
    }
  }

  @Override
  public void close() {
    logger.detachAppender(appender);
    logger.setLevel(before);
    appender.stop();
  }
}
