package io.sluice.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// A JSON object of sections that is never larger than so many bytes: if they are larger together,
/// the largest sections are left out. What is left out is said. For one thread.
final class BoundedState {
  private final int most;
  private final ObjectNode all = JsonNodeFactory.instance.objectNode();

  /// @param most bytes of all
  BoundedState(int most) {
    this.most = most;
  }

  /// A new section.
  ObjectNode section(String name) {
    return all.putObject(name);
  }

  /// Puts items into a section, and says how many more there are.
  ///
  /// @param all how many there are, shown or not
  static void list(ObjectNode section, String name, List<? extends JsonNode> items, int all) {
    section.putArray(name).addAll(items);
    if (all > items.size()) {
      section.put(name + "LeftOut", all - items.size());
    }
  }

  /// All sections, within the limit.
  ObjectNode whole() {
    while (bytes(all) > most) {
      String largest = largest();
      int size = bytes(all.path(largest));
      all.set(
          largest,
          JsonNodeFactory.instance
              .objectNode()
              .put("leftOut", size + " bytes: all together are more than " + most));
    }
    return all;
  }

  private String largest() {
    return all.properties().stream()
        .max((a, b) -> Integer.compare(bytes(a.getValue()), bytes(b.getValue())))
        .map(Map.Entry::getKey)
        .orElseThrow();
  }

  private static int bytes(JsonNode json) {
    return json.toString().getBytes(StandardCharsets.UTF_8).length;
  }
}
