package io.sluice.gateway.edge;

import io.sluice.gateway.auth.Claims;
import io.sluice.gateway.config.EdgeConfig;
import io.sluice.gateway.protocol.Disconnect;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/// A connection's time: the wait for its connect, pings and pongs, and its token's expiry, on one
/// timer. Confined to the loop.
final class Heartbeat {
  /// Far enough, and still of a length that milliseconds can tell.
  private static final Instant NEVER = Instant.parse("9999-01-01T00:00:00Z");

  private enum Phase {
    CONNECT,
    PING,
    PONG,
    STOPPED
  }

  private final Connection connection;
  private final TickWheel wheel;
  private final EdgeConfig edge;
  private final TickWheel.Timer timer;
  private Phase phase = Phase.CONNECT;
  private Instant expiry = NEVER;

  Heartbeat(Connection connection, TickWheel wheel, EdgeConfig edge) {
    this.connection = connection;
    this.wheel = wheel;
    this.edge = edge;
    this.timer =
        new TickWheel.Timer(this::fire, failure -> connection.failed("a heartbeat", failure));
  }

  void awaitConnect() {
    phase = Phase.CONNECT;
    wheel.set(timer, edge.connectTimeout().toMillis());
  }

  /// Pings begin at a random point of the interval's second half, so that connections made together
  /// are not pinged together.
  void connected(Claims claims) {
    expiresAt(claims);
    phase = Phase.PING;
    long interval = edge.pingInterval().toMillis();
    awaitPing(ThreadLocalRandom.current().nextLong(interval / 2, interval + 1));
  }

  /// No later than the token's expiry.
  private void awaitPing(long delayMs) {
    long left = Duration.between(connection.context().clock().instant(), expiry).toMillis();
    wheel.set(timer, Math.clamp(left, 0, delayMs));
  }

  void expiresAt(Claims claims) {
    expiry = claims.expires().orElse(NEVER);
  }

  /// The client answered.
  ///
  /// @return whether it was asked
  boolean pong() {
    if (phase != Phase.PONG) {
      return false;
    }
    phase = Phase.PING;
    awaitPing(edge.pingInterval().toMillis());
    return true;
  }

  void stop() {
    phase = Phase.STOPPED;
    wheel.cancel(timer);
  }

  private void fire() {
    switch (phase) {
      case CONNECT -> connection.end(Disconnect.STALE);
      case PING -> ping();
      case PONG -> connection.end(Disconnect.NO_PONG);
      case STOPPED -> {
        // cancelled in the same tick
      }
    }
  }

  private void ping() {
    if (!connection.context().clock().instant().isBefore(expiry)) {
      connection.end(Disconnect.EXPIRED);
      return;
    }
    if (connection.form().bidirectional()) {
      phase = Phase.PONG;
      wheel.set(timer, edge.pongTimeout().toMillis());
    } else {
      awaitPing(edge.pingInterval().toMillis());
    }
    connection.ping();
  }
}
