package io.sluice.gateway.edge;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The server's side of the opening handshake, RFC 6455 §4.2. Pure.
sealed interface WebSocketUpgrade {
  /// It is one.
  ///
  /// @param accept the value of `Sec-WebSocket-Accept`
  /// @param protocol the sub-protocol chosen
  /// @param deflate compression, if both sides can do it
  record Accept(String accept, Optional<String> protocol, Optional<PerMessageDeflate> deflate)
      implements WebSocketUpgrade {}

  /// It is none.
  ///
  /// @param status what the client is told
  /// @param reason for people
  record Refuse(HttpResponseStatus status, String reason) implements WebSocketUpgrade {}

  /// Which offers of permessage-deflate are taken.
  enum Compression {
    NONE,
    /// Those that what is compressed for everybody suits.
    SHARED,
    /// Each that is valid.
    ANY;

    private Optional<PerMessageDeflate> choose(List<ExtensionOffer> offers) {
      return switch (this) {
        case NONE -> Optional.empty();
        case SHARED -> PerMessageDeflate.of(offers, PerMessageDeflate.WIDEST);
        case ANY -> PerMessageDeflate.of(offers, PerMessageDeflate.NARROWEST);
      };
    }
  }

  /// The only version there is, §4.1.
  String VERSION = "13";

  /// §1.3.
  String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  /// Judges a request.
  ///
  /// @param protocols the sub-protocols spoken here
  static WebSocketUpgrade of(HttpRequest request, List<String> protocols, Compression compression) {
    HttpHeaders headers = request.headers();
    if (!request.method().equals(HttpMethod.GET)
        || request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) < 0
        || !lists(headers, HttpHeaderNames.UPGRADE, "websocket")
        || !lists(headers, HttpHeaderNames.CONNECTION, "upgrade")) {
      return new Refuse(
          HttpResponseStatus.UPGRADE_REQUIRED, "this path speaks WebSocket: upgrade by GET");
    }
    if (headers.getAll(HttpHeaderNames.HOST).size() != 1) {
      return new Refuse(HttpResponseStatus.BAD_REQUEST, "Host must be there, once");
    }
    if (!headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_VERSION).equals(List.of(VERSION))) {
      return new Refuse(
          HttpResponseStatus.UPGRADE_REQUIRED, "Sec-WebSocket-Version must be " + VERSION);
    }
    List<String> keys = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY);
    if (keys.size() != 1 || !isKey(keys.getFirst().strip())) {
      return new Refuse(
          HttpResponseStatus.BAD_REQUEST, "Sec-WebSocket-Key must be 16 bytes in base64, once");
    }
    Optional<String> protocol =
        tokens(headers, HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL)
            .filter(protocols::contains)
            .findFirst();
    String accept = accept(keys.getFirst().strip());
    try {
      List<ExtensionOffer> offers =
          ExtensionOffer.parse(headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS));
      return new Accept(accept, protocol, compression.choose(offers));
    } catch (ExtensionOffer.MalformedException _) {
      return new Refuse(
          HttpResponseStatus.BAD_REQUEST,
          "Sec-WebSocket-Extensions is not as RFC 6455 §9.1 has it");
    }
  }

  private static boolean lists(HttpHeaders headers, CharSequence name, String token) {
    return tokens(headers, name).anyMatch(token::equalsIgnoreCase);
  }

  private static Stream<String> tokens(HttpHeaders headers, CharSequence name) {
    return headers.getAll(name).stream()
        .flatMap(value -> Stream.of(value.split(",", -1)))
        .map(String::strip);
  }

  private static boolean isKey(String key) {
    try {
      return key.length() == 24 && Base64.getDecoder().decode(key).length == 16;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static String accept(String key) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      return Base64.getEncoder()
          .encodeToString(sha1.digest((key + MAGIC).getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
