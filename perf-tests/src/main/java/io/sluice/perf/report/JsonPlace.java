package io.sluice.perf.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A value within a JSON document that knows where it is, so that every complaint names the place:
/// `rows[3].metric.better`.
final class JsonPlace {
  private final String path;
  private final JsonNode node;

  private JsonPlace(String path, JsonNode node) {
    this.path = path;
    this.node = node;
  }

  /// How the value at a place is read.
  interface Reading<T> {
    T of(JsonPlace place) throws IOException;
  }

  static JsonPlace root(JsonNode node) {
    return new JsonPlace("", node);
  }

  JsonPlace at(String key) throws IOException {
    @Nullable JsonNode value = node.get(key);
    String place = path.isEmpty() ? key : path + "." + key;
    if (value == null) {
      throw new IOException(place + " is missing");
    }
    return new JsonPlace(place, value);
  }

  void hasOnly(String... keys) throws IOException {
    require(node.isObject(), "an object");
    for (var entry : node.properties()) {
      if (!Arrays.asList(keys).contains(entry.getKey())) {
        throw wrong("has an unknown key '" + entry.getKey() + "'");
      }
    }
  }

  <T> List<T> list(Reading<T> reading) throws IOException {
    require(node.isArray(), "a list");
    List<T> values = new ArrayList<>();
    for (JsonNode element : node) {
      values.add(reading.of(new JsonPlace(path + "[" + values.size() + "]", element)));
    }
    return values;
  }

  Map<String, String> texts() throws IOException {
    require(node.isObject(), "an object");
    Map<String, String> texts = new LinkedHashMap<>();
    for (var entry : node.properties()) {
      texts.put(entry.getKey(), at(entry.getKey()).text());
    }
    return texts;
  }

  String text() throws IOException {
    require(node.isTextual(), "text");
    return node.asText();
  }

  double number() throws IOException {
    require(node.isNumber(), "a number");
    return node.doubleValue();
  }

  int whole() throws IOException {
    require(node.isIntegralNumber() && node.canConvertToInt(), "a whole number");
    return node.intValue();
  }

  <T> T parsed(Function<String, T> parser) throws IOException {
    String text = text();
    try {
      return parser.apply(text);
    } catch (DateTimeException e) {
      throw new IOException(path + ": " + e.getMessage(), e);
    }
  }

  <E extends Enum<E>> E oneOf(E[] values) throws IOException {
    String text = text();
    for (E value : values) {
      if (value.name().equals(text)) {
        return value;
      }
    }
    throw wrong("is '" + text + "', which is none of " + Arrays.toString(values));
  }

  /// Makes what was read into a value whose constructor may still refuse it.
  <T> T build(Supplier<T> made) throws IOException {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw new IOException((path.isEmpty() ? "" : path + ": ") + e.getMessage(), e);
    }
  }

  private void require(boolean holds, String kind) throws IOException {
    if (!holds) {
      throw wrong("is not " + kind + " but " + abbreviated());
    }
  }

  private String abbreviated() {
    String text = node.isMissingNode() ? "nothing" : node.toString();
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }

  private IOException wrong(String what) {
    return new IOException((path.isEmpty() ? "the document" : path) + " " + what);
  }
}
