package io.sluice.gateway.logs;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Lines that are JSON objects: `time`, `level`, `logger`, `thread`, `message` and `node`, then the
/// line's own keys beside them, and `error` where there is an exception. Nothing but ASCII, with
/// escapes for the rest: no value can begin a line. For any thread.
final class JsonLines implements LineForm {
  /// Keys that mean the same in each line. A line's own key of such a name gets a `_` at its end.
  private static final Set<String> FIXED =
      Set.of("time", "level", "logger", "thread", "message", "node", "error");

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private static final JsonFactory JSON =
      new JsonFactoryBuilder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private static final int USUAL_BYTES = 512;

  /// What a line says: its phrase, and its own keys with their values.
  private static final class Said implements Phrase.Reader {
    final StringBuilder message = new StringBuilder();
    final Map<String, @Nullable Object> fields = new LinkedHashMap<>();

    @Override
    public void text(String text) {
      message.append(text);
    }

    @Override
    public void value(@Nullable Object value) {
      message.append(value instanceof String text ? text : Shown.value(value));
    }

    @Override
    public void field(String key, @Nullable Object value) {
      fields.put(FIXED.contains(key) ? key + "_" : key, value);
    }
  }

  @Override
  public byte[] line(ILoggingEvent event, String node) {
    Said said = new Said();
    LineForm.read(event, said);
    ByteArrayOutputStream line = new ByteArrayOutputStream(USUAL_BYTES);
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField("time", TIME.format(Instant.ofEpochMilli(event.getTimeStamp())));
      json.writeStringField("level", event.getLevel().toString());
      json.writeStringField("logger", event.getLoggerName());
      json.writeStringField("thread", event.getThreadName());
      json.writeStringField("message", Shown.text(said.message.toString().strip(), Shown.MESSAGE));
      if (!node.isEmpty()) {
        json.writeStringField("node", node);
      }
      for (Map.Entry<String, @Nullable Object> field : said.fields.entrySet()) {
        write(json, field.getKey(), field.getValue());
      }
      IThrowableProxy thrown = event.getThrowableProxy();
      if (thrown != null) {
        error(json, thrown);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    line.write('\n');
    return line.toByteArray();
  }

  private static void write(JsonGenerator json, String key, @Nullable Object value)
      throws IOException {
    switch (value) {
      case null -> json.writeNullField(key);
      case Boolean flag -> json.writeBooleanField(key, flag);
      case Integer number -> json.writeNumberField(key, number);
      case Long number -> json.writeNumberField(key, number);
      case BigDecimal number -> json.writeNumberField(key, number);
      case Double number when Double.isFinite(number) -> json.writeNumberField(key, number);
      default -> json.writeStringField(key, Shown.value(value));
    }
  }

  private static void error(JsonGenerator json, IThrowableProxy thrown) throws IOException {
    json.writeObjectFieldStart("error");
    json.writeStringField("class", thrown.getClassName());
    String message = thrown.getMessage();
    if (message != null) {
      json.writeStringField("message", Shown.text(message, Shown.VALUE));
    }
    json.writeStringField("stack", Shown.text(ThrowableProxyUtil.asString(thrown), Shown.STACK));
    json.writeEndObject();
  }
}
