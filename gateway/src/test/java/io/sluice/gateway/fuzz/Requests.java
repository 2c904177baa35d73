package io.sluice.gateway.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// Requests of the edge, right and wrong.
@SuppressWarnings("StringConcatToTextBlock") // what ends each line matters here
final class Requests {
  private static final String UPGRADE =
      "Host: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

  private final String token;
  private final List<String> valid;

  /// @param token a good one
  Requests(String token) {
    this.token = token;
    valid =
        List.of(
            "GET /health HTTP/1.1\r\nHost: x\r\n\r\n",
            "HEAD /health HTTP/1.0\r\n\r\n",
            "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\nOrigin: http://localhost:1\r\n\r\n",
            handshake("/connection/websocket"),
            handshake("/connection/echo"),
            handshake("/connection/uni_websocket?channels=a,b&token=" + token),
            handshake("/connection/uni_websocket?cf_connect=%7B%22token%22%3A%22x%22%7D"),
            "GET /connection/uni_sse?channels=a&token=" + token + " HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /connection/uni_sse?token=bad HTTP/1.1\r\nHost: x\r\nLast-Event-ID: 7\r\n\r\n",
            "OPTIONS /connection/uni_sse HTTP/1.1\r\nHost: x\r\nOrigin: http://localhost:1\r\n"
                + "Access-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: a\r\n\r\n",
            "POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
            "POST /health HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello",
            "POST /health HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5;a=b\r\nhello\r\n0\r\nTrailer: x\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "GET /connection/websocket HTTP/1.1\r\nHost: x\r\nX-Bomb: "
                + "y".repeat(20_000)
                + "\r\n\r\n",
            "GET /" + "%".repeat(9_000) + " HTTP/1.1\r\n\r\n");
  }

  /// The opening handshake of a path, and possibly more of a header.
  static String handshake(String path, String... headers) {
    StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\n" + UPGRADE);
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    return request.append("\r\n").toString();
  }

  String token() {
    return token;
  }

  byte[] next(Chance chance) {
    if (chance.oneIn(10)) {
      return chance.bytes(chance.between(1, 400));
    }
    byte[] request = any(chance);
    if (chance.oneIn(10)) {
      return request; // a valid one, and how it ends is not
    }
    byte[] mutated = Mutations.of(request, any(chance), chance);
    return mutated.length == 0 ? request : mutated;
  }

  private byte[] any(Chance chance) {
    return valid.get(chance.below(valid.size())).getBytes(StandardCharsets.ISO_8859_1);
  }
}
