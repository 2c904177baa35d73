package io.sluice.gateway.edge;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.sluice.gateway.logs.AccessLog;
import io.sluice.gateway.logs.AccessLog.Verdict;

/// What the access log says of one request after another of a socket. Confined to the loop.
final class HandshakeLog {
  private static final int FIRST_BAD = HttpResponseStatus.BAD_REQUEST.code();

  private final Channel channel;
  private long since = System.nanoTime();
  private String method = "";
  private String path = "";
  private String reason = "";
  private String clientId = "";

  HandshakeLog(Channel channel) {
    this.channel = channel;
  }

  /// From now on the next request is awaited.
  void awaited() {
    since = System.nanoTime();
  }

  /// Its head is here.
  void came(HttpRequest head) {
    since = System.nanoTime();
    if (AccessLog.isOn()) {
      method = head.method().name();
      path = new QueryStringDecoder(head.uri()).rawPath();
    }
  }

  /// It is not going to get what it asks for.
  void refused(String why) {
    reason = why;
  }

  /// It becomes a connection.
  void becomes(Connection connection) {
    clientId = connection.id();
  }

  /// It was answered, or is not going to be. Probes of health are not written down.
  ///
  /// @param status 0 = it is not
  void ended(String transport, int status) {
    boolean fine = status > 0 && status < FIRST_BAD && reason.isEmpty();
    if (!transport.equals("health") && AccessLog.isWanted(fine ? Verdict.GOOD : Verdict.BAD)) {
      AccessLog.handshake(
          status,
          method,
          path,
          System.nanoTime() - since,
          transport,
          reason,
          clientId,
          Peer.of(channel).address().getHostAddress());
    }
    method = "";
    path = "";
    reason = "";
    clientId = "";
  }
}
