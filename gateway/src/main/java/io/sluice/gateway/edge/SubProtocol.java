package io.sluice.gateway.edge;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.sluice.gateway.protocol.Encoding;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How a WebSocket's client says which encoding it speaks: by sub-protocol (RFC 6455 §1.9) or in
/// the URL, `?format=protobuf` or `?cf_protocol=protobuf`. Who says nothing speaks JSON. Pure.
final class SubProtocol {
  static final String JSON = "centrifuge-json";
  private static final String PROTOBUF = "centrifuge-protobuf";
  private static final List<String> PARAMETERS = List.of("format", "cf_protocol");

  private SubProtocol() {}

  /// Those that are spoken here.
  static List<String> names() {
    return List.of(JSON, PROTOBUF);
  }

  /// The encoding asked for.
  ///
  /// @param agreed the sub-protocol both sides have agreed on
  static Encoding encoding(Optional<String> agreed, QueryStringDecoder query) {
    boolean binary =
        agreed.filter(PROTOBUF::equals).isPresent() || asksForProtobuf(parameters(query));
    return binary ? Encoding.PROTOBUF : Encoding.JSON;
  }

  private static boolean asksForProtobuf(Map<String, List<String>> parameters) {
    return PARAMETERS.stream()
        .anyMatch(name -> parameters.getOrDefault(name, List.of()).contains("protobuf"));
  }

  private static Map<String, List<String>> parameters(QueryStringDecoder query) {
    try {
      return query.parameters();
    } catch (IllegalArgumentException _) {
      return Map.of(); // nothing in it can be read
    }
  }
}
