package io.sluice.gateway.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.broker.PayloadKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// From what a client publishes to the value of a record. The inverse of how publications of that
/// kind are written. Pure.
final class ClientPayload {
  private static final JsonFactory JSON = new JsonFactory();

  private ClientPayload() {}

  /// The value of a record, from JSON.
  ///
  /// @param json one well-formed JSON value
  /// @return nothing when the namespace's values cannot be written so: a text namespace takes a
  ///   string, a binary one a string of base64
  static Optional<byte[]> ofJson(PayloadKind kind, byte[] json) {
    return switch (kind) {
      case JSON -> Optional.of(json);
      case TEXT -> string(json).map(text -> text.getBytes(StandardCharsets.UTF_8));
      case BINARY -> string(json).flatMap(ClientPayload::base64);
    };
  }

  /// The value of a record, which is what was sent if it is of the namespace's kind.
  ///
  /// @return nothing when it is not JSON, or not UTF-8, where it has to be
  static Optional<byte[]> ofBytes(PayloadKind kind, byte[] data) {
    boolean good =
        switch (kind) {
          case JSON -> isJson(data);
          case TEXT -> isUtf8(data);
          case BINARY -> true;
        };
    return good ? Optional.of(data) : Optional.empty();
  }

  private static boolean isJson(byte[] data) {
    try {
      JsonCommands.expectOneValue(data);
      return true;
    } catch (BadFrameException _) {
      return false;
    }
  }

  private static boolean isUtf8(byte[] data) {
    try {
      var _ = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data));
      return true;
    } catch (CharacterCodingException _) {
      return false;
    }
  }

  private static Optional<String> string(byte[] json) {
    try (JsonParser in = JSON.createParser(json)) {
      return in.nextToken() == JsonToken.VALUE_STRING
          ? Optional.of(in.getText())
          : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static Optional<byte[]> base64(String text) {
    try {
      return Optional.of(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
