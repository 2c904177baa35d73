package io.sluice.gateway.logs;

import ch.qos.logback.classic.pattern.TargetLengthBasedClassNameAbbreviator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Lines for people: time, level, thread, logger, the phrase, and `key=value`. Values cannot begin
/// a line; what follows the line break of a dump or a stack begins with a tab. For any thread.
final class TextLines implements LineForm {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX").withZone(ZoneId.systemDefault());

  private static final TargetLengthBasedClassNameAbbreviator LOGGER =
      new TargetLengthBasedClassNameAbbreviator(36);

  /// Writes what a line says.
  private static final class Writer implements Phrase.Reader {
    final StringBuilder line = new StringBuilder(200);

    @Override
    public void text(String text) {
      line.append(text);
    }

    @Override
    public void value(@Nullable Object value) {
      String text = value instanceof String said ? said : Shown.value(value);
      line.append(Shown.continued(Shown.text(text, Shown.MESSAGE)));
    }

    @Override
    public void field(String key, @Nullable Object value) {
      line.append(' ').append(key).append('=').append(Shown.oneLine(quoted(Shown.value(value))));
    }

    /// Where it would not be seen otherwise where a value ends; what would end it has a `\` before
    /// it, and so has a `\`.
    private static String quoted(String text) {
      boolean plain =
          !text.isEmpty()
              && text.chars().noneMatch(c -> Character.isWhitespace(c) || c == '"' || c == '=');
      return plain ? text : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
  }

  @Override
  public byte[] line(ILoggingEvent event, String node) {
    Writer out = new Writer();
    out.line
        .append(TIME.format(Instant.ofEpochMilli(event.getTimeStamp())))
        .append(String.format(Locale.ROOT, " %-5s [", event.getLevel()))
        .append(Shown.oneLine(event.getThreadName()))
        .append("] ")
        .append(LOGGER.abbreviate(event.getLoggerName()))
        .append(' ');
    LineForm.read(event, out);
    out.line.append('\n');
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      String stack = Shown.text(ThrowableProxyUtil.asString(thrown), Shown.STACK).strip();
      out.line.append('\t').append(Shown.continued(stack)).append('\n');
    }
    return out.line.toString().getBytes(StandardCharsets.UTF_8);
  }
}
