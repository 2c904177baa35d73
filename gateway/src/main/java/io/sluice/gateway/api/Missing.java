package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.gateway.cluster.Answers;

/// Nodes that did not say what they were asked. Pure.
final class Missing {
  private Missing() {}

  /// Names them in what the others said, in `missing`; where all have answered there is no such
  /// field.
  static void tell(Answers answers, ObjectNode said) {
    if (!answers.missing().isEmpty()) {
      ArrayNode missing = said.putArray("missing");
      answers.missing().forEach(missing::add);
    }
  }
}
