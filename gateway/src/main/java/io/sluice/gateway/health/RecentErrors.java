package io.sluice.gateway.health;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.MessageFormatter;

/// The last different warnings and errors of this process's log: of each phrase how often it came,
/// and how it read last, without the texts of exceptions, without what clients have chosen, and
/// masked as the log is. At most [#MOST] phrases, of those the newest. For any thread.
public final class RecentErrors implements AutoCloseable {
  static final int MOST = 64;

  /// Characters of a line.
  static final int LONGEST = 300;

  private static final String OURS = "io.sluice.";
  private static final Pattern PLACE = Pattern.compile("(?:(\\w+)=\"?)?\\{}");

  /// Keys of our own lines whose values clients or services choose.
  private static final Set<String> HIDDEN =
      Set.of("channel", "user", "key", "session", "sessionId", "method", "path", "token");

  private record Phrase(String logger, String text) {}

  /// @param cause the exception's class; "" = none
  private record Seen(
      Level level, String line, String cause, Instant first, Instant last, long count) {}

  private final Map<Phrase, Seen> newest =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Phrase, Seen> eldest) {
          return size() > MOST;
        }
      };
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
            note(event);
          }
        }
      };
  private final UnaryOperator<String> masked;
  private final @Nullable LoggerContext context;

  private RecentErrors(UnaryOperator<String> masked, @Nullable LoggerContext context) {
    this.masked = masked;
    this.context = context;
  }

  /// Listens to the log from now on; to none, where the log is not Logback's.
  ///
  /// @param masked a line without the secrets that a library may have put there; must not throw
  public static RecentErrors listening(UnaryOperator<String> masked) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return new RecentErrors(masked, null);
    }
    RecentErrors errors = new RecentErrors(masked, context);
    errors.appender.setContext(context);
    errors.appender.start();
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(errors.appender);
    return errors;
  }

  private void note(ILoggingEvent event) {
    Phrase phrase = new Phrase(event.getLoggerName(), cut(event.getMessage()));
    Instant at = Instant.ofEpochMilli(event.getTimeStamp());
    IThrowableProxy thrown = event.getThrowableProxy();
    String cause = thrown == null ? "" : thrown.getClassName();
    synchronized (newest) {
      Seen before = newest.remove(phrase); // the newest is the last
      Instant first = before == null ? at : before.first();
      long count = before == null ? 1 : before.count() + 1;
      newest.put(phrase, new Seen(event.getLevel(), line(event), cause, first, at, count));
    }
  }

  /// Masked before it is cut: half a token is not known for one.
  private String line(ILoggingEvent event) {
    @Nullable Object[] arguments = event.getArgumentArray();
    String phrase = event.getMessage();
    if (arguments == null || !event.getLoggerName().startsWith(OURS)) {
      return cut(masked.apply(String.valueOf(event.getFormattedMessage())));
    }
    @Nullable Object[] shown = arguments.clone();
    Matcher place = PLACE.matcher(phrase);
    for (int i = 0; i < shown.length && place.find(); i++) {
      if (place.group(1) != null && HIDDEN.contains(place.group(1))) {
        shown[i] = "…";
      }
    }
    return cut(
        masked.apply(String.valueOf(MessageFormatter.arrayFormat(phrase, shown).getMessage())));
  }

  private static String cut(@Nullable String text) {
    String all = String.valueOf(text);
    return all.length() <= LONGEST ? all : all.substring(0, LONGEST) + "…";
  }

  /// All of them, the newest first.
  public ArrayNode toJson() {
    List<Map.Entry<Phrase, Seen>> all;
    synchronized (newest) {
      all = new ArrayList<>(newest.entrySet());
    }
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    all.reversed().forEach(entry -> json.add(json(entry.getKey(), entry.getValue())));
    return json;
  }

  private static ObjectNode json(Phrase phrase, Seen seen) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("level", seen.level().toString())
            .put("logger", phrase.logger())
            .put("message", seen.line())
            .put("count", seen.count())
            .put("first", seen.first().toString())
            .put("last", seen.last().toString());
    return seen.cause().isEmpty() ? json : json.put("cause", seen.cause());
  }

  @Override
  public void close() {
    if (context != null) {
      context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).detachAppender(appender);
      appender.stop();
    }
  }
}
