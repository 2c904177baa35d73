package io.sluice.gateway.edge;

import io.sluice.gateway.auth.Claims;
import io.sluice.gateway.config.EdgeConfig;
import io.sluice.gateway.protocol.Disconnect;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/// A connection's time: the wait for its connect, pings and pongs, its token's expiry, and how long
/// it may live, on one timer. Confined to the loop.
///
/// A client is found silent at the latest after the announced interval and `edge.ping-strikes`
/// times `edge.pong-timeout`: after a strike it is pinged again at once. For a client that cannot
/// answer, one of an event stream, its kernel does: it acknowledges what it is sent. Where the
/// transport does not tell us so (NIO), it is taken to be there until the kernel gives up on it.
final class Heartbeat {
  /// Far enough, and still of a length that milliseconds can tell.
  private static final Instant NEVER = Instant.parse("9999-01-01T00:00:00Z");

  /// How many pong time-outs the socket may take for one write, 64 KiB or one larger message, or
  /// the window of who cannot answer may be shut.
  private static final int MOST_EXCUSES = 4;

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
  private final PingPace pace;
  private final AddressRange range;
  private Phase phase = Phase.CONNECT;
  private long announcedMs;
  private int strikes;
  private int drainsSeen;
  private int excuses;

  /// Pings without an answer yet. A client answers late, but each only once.
  private int unanswered;

  private Instant expiry = NEVER;

  /// When the next ping is to be sent, or the answer to the last one is to be there; the wheel's
  /// time, which no change of the machine's clock moves.
  private long dueMs;

  /// When it was pinged last, on the same clock.
  private long pingedMs;

  /// When it is old, on the same clock.
  private long oldMs = Long.MAX_VALUE;

  Heartbeat(Connection connection, TickWheel wheel, PingPace pace, EdgeConfig edge) {
    this.connection = connection;
    this.wheel = wheel;
    this.pace = pace;
    this.range = AddressRange.of(Peer.of(connection.channel()).address());
    this.announcedMs = edge.pingInterval().toMillis();
    this.edge = edge;
    this.timer =
        new TickWheel.Timer(this::fire, failure -> connection.failed("a heartbeat", failure));
  }

  void awaitConnect() {
    phase = Phase.CONNECT;
    wheel.set(timer, edge.connectTimeout().toMillis());
  }

  /// What the client is told when it connects. Later on it may be pinged more often than that,
  /// never less: SDKs drop a connection that is silent for longer.
  Duration announce() {
    announcedMs = pace.intervalMs(range);
    return Duration.ofMillis(announcedMs);
  }

  private long intervalMs() {
    return Math.min(announcedMs, pace.intervalMs(range));
  }

  /// Pings begin at a random point of the interval's second half, so that connections made together
  /// are not pinged together.
  void connected(Claims claims) {
    expiresAt(claims);
    phase = Phase.PING;
    long interval = intervalMs();
    connection.context().oldAge().drawMs().ifPresent(age -> oldMs = wheel.nowMs() + age);
    await(ThreadLocalRandom.current().nextLong(interval / 2, interval + 1));
  }

  private void await(long delayMs) {
    dueMs = wheel.nowMs() + delayMs;
    arm();
  }

  /// No later than the token's expiry and its old age, whatever else is waited for.
  private void arm() {
    long left = Math.min(Duration.between(now(), expiry).toMillis(), oldMs - wheel.nowMs());
    wheel.set(timer, Math.clamp(left, 0, Math.max(0, dueMs - wheel.nowMs())));
  }

  private Instant now() {
    return connection.context().clock().instant();
  }

  private boolean expired() {
    return !now().isBefore(expiry);
  }

  /// The token it lives by from now on, which may end sooner or later than the one before.
  void expiresAt(Claims claims) {
    expiry = claims.expires().orElse(NEVER);
    if (phase == Phase.PING || phase == Phase.PONG) {
      arm();
    }
  }

  /// The client answered.
  ///
  /// @return whether it was asked
  boolean pong() {
    if (unanswered == 0) {
      return false;
    }
    unanswered--;
    strikes = 0;
    if (phase == Phase.PONG) {
      phase = Phase.PING;
      pace.answered(range);
      await(intervalMs());
    }
    return true;
  }

  void stop() {
    phase = Phase.STOPPED;
    wheel.cancel(timer);
  }

  private void fire() {
    switch (phase) {
      case CONNECT -> connection.end(Disconnect.STALE);
      case PING, PONG -> {
        if (expired()) {
          connection.end(Disconnect.EXPIRED);
        } else if (isOld()) {
          connection.end(Disconnect.FORCE_RECONNECT);
        } else if (wheel.nowMs() < dueMs) {
          arm(); // it was woken for what has been put off
        } else if (phase == Phase.PING) {
          ping();
        } else {
          strike();
        }
      }
      case STOPPED -> {
        // cancelled in the same tick
      }
    }
  }

  /// Whether it is to go for its age now; many that are old at once take turns.
  private boolean isOld() {
    if (wheel.nowMs() < oldMs) {
      return false;
    }
    if (connection.context().oldAge().mayGo()) {
      return true;
    }
    oldMs = wheel.nowMs() + OldAge.againMs();
    return false;
  }

  /// Who has yet to read what was sent before cannot answer yet; whether it reads at all is
  /// [WriteWatch]'s.
  private void strike() {
    if (connection.backlogged() && excused()) {
      await(edge.pongTimeout().toMillis());
      return;
    }
    if (!connection.answersPings() && acknowledges()) {
      return;
    }
    strikes++;
    if (strikes < edge.pingStrikes()) {
      ping();
    } else {
      pace.lost(range);
      connection.end(Disconnect.NO_PONG);
    }
  }

  /// Its kernel answers for it, or may still do so.
  private boolean acknowledges() {
    TcpState kernel = TcpState.of(connection.channel());
    long since = wheel.nowMs() - pingedMs;
    if (kernel != null && kernel.vanished(since)) {
      return false;
    }
    if (kernel != null && kernel.shut(since)) {
      if (excuses++ >= MOST_EXCUSES) {
        return false;
      }
      await(edge.pongTimeout().toMillis());
      return true;
    }
    strikes = 0;
    excuses = 0;
    phase = Phase.PING;
    await(Math.max(1, pingedMs + intervalMs() - wheel.nowMs()));
    return true;
  }

  /// A client that reads gets through a write sooner or later.
  private boolean excused() {
    int drains = connection.drains();
    if (drains != drainsSeen) {
      drainsSeen = drains;
      excuses = 0;
    }
    return excuses++ < MOST_EXCUSES;
  }

  private void ping() {
    phase = Phase.PONG;
    pingedMs = wheel.nowMs();
    if (connection.answersPings()) {
      unanswered++;
    }
    await(edge.pongTimeout().toMillis());
    connection.ping();
  }
}
