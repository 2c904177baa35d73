package io.sluice.gateway.logs;

import ch.qos.logback.classic.spi.ILoggingEvent;
import io.sluice.gateway.config.LogFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How lines look. For any thread.
sealed interface LineForm permits JsonLines, TextLines {
  /// What others put into the context of a thread, and lines then show.
  List<String> CONTEXT = List.of("traceId", "spanId");

  /// A whole line with its line break, in UTF-8.
  ///
  /// @param node the node's id; "" = there is none yet
  byte[] line(ILoggingEvent event, String node);

  /// The form that a configuration asks for.
  static LineForm of(LogFormat format) {
    return switch (format) {
      case JSON -> new JsonLines();
      case TEXT -> new TextLines();
      case AUTO -> Stderr.isTerminal() ? new TextLines() : new JsonLines();
    };
  }

  /// Whether a logger is Sluice's: then its templates have keys.
  static boolean isOurs(String logger) {
    return logger.startsWith("io.sluice.") || logger.equals(AccessLog.NAME);
  }

  /// What a line says, part by part.
  static void read(ILoggingEvent event, Phrase.Reader reader) {
    if (isOurs(event.getLoggerName())) {
      @Nullable Object[] arguments = event.getArgumentArray();
      Phrase.of(event.getMessage())
          .read(arguments == null ? new @Nullable Object[0] : arguments, reader);
    } else {
      reader.value(event.getFormattedMessage());
    }
    var more = event.getKeyValuePairs();
    if (more != null) {
      more.forEach(pair -> reader.field(pair.key, pair.value));
    }
    Map<String, String> context = event.getMDCPropertyMap();
    if (context != null) {
      for (String key : CONTEXT) {
        if (context.containsKey(key)) {
          reader.field(key, context.get(key));
        }
      }
    }
  }
}
