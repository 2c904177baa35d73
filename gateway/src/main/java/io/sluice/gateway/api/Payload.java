package io.sluice.gateway.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.broker.ByteSize;
import io.sluice.broker.PayloadKind;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;

/// What becomes of `data` and `b64data` in a namespace of some kind: the bytes for Kafka, or a
/// reason why there are none.
sealed interface Payload {
  /// It can be published.
  ///
  /// @param bytes the record's value; handed on once, never compared
  @SuppressWarnings("ArrayRecordComponent")
  record Good(byte[] bytes) implements Payload {}

  /// It can never be.
  ///
  /// @param reason for people
  record Bad(String reason) implements Payload {}

  /// Reads the content as the namespace's kind wants it. Pure.
  static Payload of(PayloadKind kind, Command.Content content, ByteSize largest) {
    Payload payload =
        content
            .base64()
            .map(base64 -> fromBase64(kind, base64))
            .or(() -> content.data().map(data -> fromJson(kind, data)))
            .orElseGet(() -> new Bad("'data' is missing"));
    return payload instanceof Good(byte[] bytes) && bytes.length > largest.bytes()
        ? new Bad("a payload of %d bytes is larger than %s".formatted(bytes.length, largest))
        : payload;
  }

  private static Payload fromBase64(PayloadKind kind, String base64) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException _) {
      return new Bad("'b64data' is not base64");
    }
    return switch (kind) {
      case BINARY -> new Good(bytes);
      case TEXT -> Utf8.decode(bytes).isPresent() ? new Good(bytes) : new Bad("it is not UTF-8");
      case JSON -> isJson(bytes) ? new Good(bytes) : new Bad("it is not one JSON value");
    };
  }

  private static Payload fromJson(PayloadKind kind, String json) {
    return switch (kind) {
      case JSON -> encoded(json);
      case TEXT ->
          text(json)
              .map(Payload::encoded)
              .orElseGet(() -> new Bad("'data' of a text namespace is not a JSON string"));
      case BINARY ->
          text(json)
              .map(base64 -> fromBase64(PayloadKind.BINARY, base64))
              .orElseGet(() -> new Bad("'data' of a binary namespace is not base64 in a string"));
    };
  }

  private static Payload encoded(String text) {
    return Utf8.encode(text)
        .<Payload>map(Good::new)
        .orElseGet(() -> new Bad("'data' holds half a surrogate pair"));
  }

  private static Optional<String> text(String json) {
    try (JsonParser in = new JsonFactory().createParser(json)) {
      return in.nextToken() == JsonToken.VALUE_STRING
          ? Optional.of(in.getText())
          : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static boolean isJson(byte[] bytes) {
    Optional<String> text = Utf8.decode(bytes);
    if (text.isEmpty()) {
      return false;
    }
    try (JsonParser in = new JsonFactory().createParser(text.get())) {
      if (in.nextToken() == null) {
        return false;
      }
      in.skipChildren();
      return in.nextToken() == null;
    } catch (IOException _) {
      return false;
    }
  }
}
