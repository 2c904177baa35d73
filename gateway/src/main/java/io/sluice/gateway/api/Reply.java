package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/// The answer to one command.
sealed interface Reply {
  /// It was done.
  record Result(ObjectNode result) implements Reply {}

  /// It was not, or nobody knows ([ErrorCode#INTERNAL]).
  ///
  /// @param detail for people; may be empty
  /// @param retryAfter when it may be worth another try
  record Failure(ErrorCode code, String detail, Duration retryAfter) implements Reply {
    private static final Duration SOON = Duration.ofSeconds(1);

    /// For the header `Retry-After`: whole seconds, at least one.
    String retryAfterSeconds() {
      return Long.toString(Math.max(1, retryAfter.plusNanos(999_999_999).toSeconds()));
    }
  }

  /// Those of a batch, each under its method's name or as an error.
  record Replies(ArrayNode replies) implements Reply {}

  static Reply failure(ErrorCode code, String detail) {
    return new Failure(code, detail, Failure.SOON);
  }

  /// `{"result":{…}}` or `{"error":{"code":…,"message":…}}`; of a batch `{"replies":[…]}`.
  default ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    switch (this) {
      case Result(ObjectNode result) -> json.set("result", result);
      case Replies(ArrayNode replies) -> json.set("replies", replies);
      case Failure(ErrorCode code, String detail, Duration _) ->
          json.putObject("error")
              .put("code", code.code)
              .put("message", detail.isEmpty() ? code.message : code.message + ": " + detail);
    }
    return json;
  }
}
