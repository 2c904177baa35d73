package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// The answer to one command.
sealed interface Reply {
  /// It was done.
  record Result(ObjectNode result) implements Reply {}

  /// It was not, or nobody knows ([ErrorCode#INTERNAL]).
  ///
  /// @param detail for people; may be empty
  record Failure(ErrorCode code, String detail) implements Reply {}

  /// Those of a batch, each under its method's name or as an error.
  record Replies(ArrayNode replies) implements Reply {}

  static Reply failure(ErrorCode code, String detail) {
    return new Failure(code, detail);
  }

  /// `{"result":{…}}` or `{"error":{"code":…,"message":…}}`; of a batch `{"replies":[…]}`.
  default ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    switch (this) {
      case Result(ObjectNode result) -> json.set("result", result);
      case Replies(ArrayNode replies) -> json.set("replies", replies);
      case Failure(ErrorCode code, String detail) ->
          json.putObject("error")
              .put("code", code.code)
              .put("message", detail.isEmpty() ? code.message : code.message + ": " + detail);
    }
    return json;
  }
}
