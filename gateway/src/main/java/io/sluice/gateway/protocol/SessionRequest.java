package io.sluice.gateway.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The session a client asks for in its connect's data: `{"session":"<its own id>"}`. Pure.
public sealed interface SessionRequest {
  /// The longest session id, in characters.
  int MAX_LENGTH = 64;

  /// No session is wanted; the data is the application's own affair.
  record None() implements SessionRequest {}

  /// A session is wanted.
  ///
  /// @param name the id the client chose
  record Named(String name) implements SessionRequest {}

  /// One is wanted, but not in this way.
  ///
  /// @param reason names the value's length and the limit
  record Malformed(String reason) implements SessionRequest {}

  /// Reads a connect's data.
  ///
  /// @param data a connect's data
  static SessionRequest of(Optional<byte[]> data) {
    if (data.isEmpty()) {
      return new None();
    }
    try (JsonParser in = new JsonFactory().createParser(data.get())) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        return new None();
      }
      while (in.nextToken() != JsonToken.END_OBJECT) {
        String field = in.currentName();
        JsonToken value = in.nextToken();
        if (field.equals("session")) {
          return value == JsonToken.VALUE_STRING
              ? named(in.getText())
              : new Malformed("a session is a string");
        }
        in.skipChildren();
      }
      return new None();
    } catch (IOException _) {
      return new None(); // in Protocol Buffers it may be anything
    }
  }

  /// A connect's data that asks for a session.
  static byte[] data(String name) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("session", name)
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  private static SessionRequest named(String name) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
      return new Malformed("a session's name holds half of a surrogate pair");
    }
    return name.isEmpty() || name.length() > MAX_LENGTH
        ? new Malformed(
            "a session of " + name.length() + " characters; 1 to " + MAX_LENGTH + " are allowed")
        : new Named(name);
  }
}
