package io.sluice.gateway.edge;

import io.sluice.gateway.logs.AccessLog;
import io.sluice.gateway.protocol.Disconnect;
import io.sluice.gateway.protocol.Ending;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The end of a connection: who is told of it, and what is let go of. Confined to the connection's
/// loop.
final class ConnectionEnd {
  private static final Logger log = LoggerFactory.getLogger(ConnectionEnd.class);
  private static final PeerLog peers = PeerLog.of(ConnectionEnd.class);

  private final Connection connection;
  private final LoopContext loop;
  private final Transport transport;
  private final Heartbeat heartbeat;
  private long began = ConnectionEvents.UNTOLD;

  ConnectionEnd(Connection connection, LoopContext loop, Transport transport, Heartbeat heartbeat) {
    this.connection = connection;
    this.loop = loop;
    this.transport = transport;
    this.heartbeat = heartbeat;
  }

  /// Services are told that the connection began; so they will be of its end.
  void begun() {
    began = ConnectionEvents.began(connection, connection.session().orElse(null));
  }

  /// Tells the client why. Once.
  void tell(Ending why) {
    log.debug("connection ended clientId={} closeCode={}", connection.id(), why.code());
    connection.context().metrics().ended(why);
    access(why.code(), why.label(), verdict(why));
    toServices(why.code(), why.reason());
    if (why == Disconnect.SLOW) {
      connection.user().ifPresent(connection::tooSlow);
    }
    connection.subscriptions().ending(why);
    release();
    try {
      transport.end(why);
    } catch (RuntimeException | OutOfMemoryError e) {
      peers.error("a connection could not be told why it ends clientId={}", connection.id(), e);
      var _ = connection.channel().close();
    }
  }

  /// The client is not told, or was. Once.
  ///
  /// @param count counts it
  void untold(Consumer<EdgeMetrics> count, AccessLog.Verdict verdict, int code, String reason) {
    count.accept(connection.context().metrics());
    access(code, reason, verdict);
    toServices(code, reason);
  }

  /// Lets go of everything, the socket too. Again without harm.
  void discard() {
    transport.discard();
    release();
  }

  private void toServices(int code, String reason) {
    ConnectionEvents.ended(connection, connection.session().orElse(null), began, code, reason);
  }

  /// Before its session and its seat are let go of.
  private void access(int code, String reason, AccessLog.Verdict verdict) {
    if (AccessLog.isWanted(verdict)) {
      AccessLog.connection(
          code,
          reason,
          connection.ageNanos(),
          transport.label(),
          connection.user().orElse(""),
          connection.id(),
          connection.address());
    }
  }

  /// Who is told to come back for the node's own reasons, or by a service, has done nothing wrong.
  private static AccessLog.Verdict verdict(Ending why) {
    return switch (why) {
      case Ending.Custom _ -> AccessLog.Verdict.GOOD;
      case Disconnect known ->
          switch (known) {
            case CONNECTION_CLOSED,
                SHUTDOWN,
                EXPIRED,
                FORCE_RECONNECT,
                FORCE_NO_RECONNECT,
                TAKEN_OVER ->
                AccessLog.Verdict.GOOD;
            case SERVER_ERROR,
                SLOW,
                WRITE_ERROR,
                INSUFFICIENT_STATE,
                NO_PONG,
                TOO_MANY_REQUESTS,
                INVALID_TOKEN,
                BAD_REQUEST,
                STALE,
                CONNECTION_LIMIT,
                CHANNEL_LIMIT,
                PERMISSION_DENIED,
                NOT_AVAILABLE,
                PROTOCOL_ERROR,
                TOO_LARGE ->
                AccessLog.Verdict.BAD;
          };
    };
  }

  private void release() {
    Optional<SessionHold> session = connection.session();
    session.ifPresent(SessionHold::ending); // while it has its subscriptions
    connection.subscriptions().close(); // each time: what ended it may have been taking one up
    if (!loop.connections().remove(connection)) {
      return; // done before
    }
    EdgeContext context = connection.context();
    heartbeat.stop();
    connection.user().ifPresent(user -> context.users().remove(user, connection));
    connection.seat().leave();
    connection.emulation().ifPresent(it -> context.emulations().close(it));
    connection.intake().ended(); // and hear the peer close
    session.ifPresent(SessionHold::close);
    context.metrics().closed();
  }
}
