package io.sluice.perf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/// An alert that is wrong in one place.
///
/// @param what is different, unique among those of its alert
/// @param rule as [AlertRules#all] has it
record AlertMutant(String what, JsonNode rule) {
  /// All that differ in the expression, in how long it must hold or is held, or in how urgent they
  /// are.
  static List<AlertMutant> allOf(JsonNode rule) {
    List<AlertMutant> all = new ArrayList<>();
    PromqlMutants.of(rule.path("expr").asText())
        .forEach((what, expression) -> all.add(changed(rule, what, "expr", expression)));
    for (String field : List.of("for", "keep_firing_for")) {
      if (rule.has(field)) {
        String duration = rule.path(field).asText();
        for (String other : PromqlMutants.twiceAndHalf(duration)) {
          all.add(changed(rule, field + ": " + duration + " → " + other, field, other));
        }
      }
    }
    ObjectNode severe = rule.deepCopy();
    String severity = rule.path("labels").path("severity").asText();
    severe.withObject("/labels").put("severity", severity.equals("page") ? "ticket" : "page");
    all.add(new AlertMutant("severity", severe));
    return all;
  }

  private static AlertMutant changed(JsonNode rule, String what, String field, String value) {
    ObjectNode copy = rule.deepCopy();
    copy.put(field, value);
    return new AlertMutant(what, copy);
  }
}
