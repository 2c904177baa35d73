package io.sluice.gateway.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.CompletionStage;

/// Answers the questions about one topic, for this node. May be called by any thread, several
/// threads at a time, and never blocks.
public interface Answering {
  /// The answer. A question that makes no sense gets one that fails, or an exception.
  ///
  /// @return whoever asks waits for a second
  CompletionStage<JsonNode> answer(JsonNode question);
}
