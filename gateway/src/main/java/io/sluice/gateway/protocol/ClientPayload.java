package io.sluice.gateway.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.broker.PayloadKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// From the JSON a client publishes to the value of a record. The inverse of how publications of
/// that kind are written. Pure.
public final class ClientPayload {
  private static final JsonFactory JSON = new JsonFactory();

  private ClientPayload() {}

  /// The value of a record.
  ///
  /// @param json one well-formed JSON value
  /// @return nothing when the namespace's values cannot be written so: a text namespace takes a
  ///   string, a binary one a string of base64
  public static Optional<byte[]> bytes(PayloadKind kind, byte[] json) {
    return switch (kind) {
      case JSON -> Optional.of(json);
      case TEXT -> string(json).map(text -> text.getBytes(StandardCharsets.UTF_8));
      case BINARY -> string(json).flatMap(ClientPayload::base64);
    };
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
