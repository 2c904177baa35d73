package io.sluice.gateway.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the live nodes answered within a second.
///
/// @param byNode the answers by the node's id, this node's first
/// @param missing the nodes that did not answer: nothing is known of what they hold
public record Answers(Map<String, JsonNode> byNode, List<String> missing) {
  public Answers {
    byNode = Collections.unmodifiableMap(new LinkedHashMap<>(byNode));
    missing = List.copyOf(missing);
  }
}
