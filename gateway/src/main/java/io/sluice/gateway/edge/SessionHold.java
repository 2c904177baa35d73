package io.sluice.gateway.edge;

import io.sluice.gateway.presence.Member;
import io.sluice.gateway.protocol.ClientInfo;
import io.sluice.gateway.protocol.Disconnect;
import io.sluice.session.Checkpoint;
import io.sluice.session.Opened;
import io.sluice.session.SessionInfo;
import io.sluice.session.SessionKey;
import io.sluice.session.SessionState;
import io.sluice.session.SessionStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// A connection's hold on its session: written again and again while the connection lives, so that
/// nothing needs to be written when it ends without warning, and given up to a later connection.
/// Confined to the connection's loop, except where something else is said; no call waits.
final class SessionHold {
  /// Of the interval between two checkpoints, for jitter.
  private static final double LEAST_PART = 0.8;

  /// By which timers may be late.
  private static final long LATE_MS = 2 * TickWheel.TICK_MS;

  private final Sessions sessions;
  private final Connection connection;
  private final SessionKey key;
  private final SessionInfo info;
  private final Opened opened;
  private final TickWheel.Timer timer;

  /// Channels that commands of the server gave it; few, and mostly none.
  private Set<String> given = Set.of();

  /// Whether all is known of what was given; otherwise what is stored is let be.
  private boolean whole;

  private @Nullable SessionState last;

  /// Raised where a later opening has no connection. Any thread.
  private volatile long generation;

  /// One checkpoint after another, on threads of the store's.
  private volatile @Nullable Dispute dispute;

  private SessionHold(Connection connection, SessionKey key, SessionInfo info, Opened opened) {
    this.sessions = connection.context().sessions();
    this.connection = connection;
    this.key = key;
    this.info = info;
    this.opened = opened;
    this.whole = opened.state().whole();
    this.generation = opened.generation();
    this.timer =
        new TickWheel.Timer(this::due, failure -> connection.failed("a checkpoint", failure));
  }

  /// Opens or resumes a session. Any thread; the stage completes on one of the store's.
  static CompletionStage<SessionHold> open(Connection connection, String user, String name) {
    EdgeContext context = connection.context();
    SessionKey key = new SessionKey(user, name);
    SessionInfo info =
        new SessionInfo(context.nodeId(), connection.id(), context.clock().instant());
    return context
        .sessions()
        .store()
        .open(key, info)
        .thenApply(opened -> new SessionHold(connection, key, info, opened));
  }

  /// Where it is written.
  SessionStore store() {
    return sessions.store();
  }

  /// Any thread.
  SessionKey key() {
    return key;
  }

  /// The name its client chose.
  String name() {
    return key.session();
  }

  /// A connection as others see it, as one of its session's.
  Member member(ClientInfo who) {
    return opened.resumed()
        ? Member.resuming(who, key.session(), opened.generation())
        : Member.beginning(who, key.session(), opened.generation());
  }

  /// By which later connections are told from earlier ones. Any thread.
  long generation() {
    return generation;
  }

  /// That the store knows of a later opening.
  ///
  /// @param later its generation
  /// @param since when that was first heard, of [System#nanoTime]
  record Dispute(long later, long since) {
    boolean isOlderThan(Duration time) {
      return System.nanoTime() - since > time.toNanos();
    }
  }

  /// The store knows of a later opening, once more or for the first time. Any thread.
  Dispute dispute(long later) {
    Dispute before = dispute;
    Dispute now =
        before != null && before.later() == later ? before : new Dispute(later, System.nanoTime());
    dispute = now;
    return now;
  }

  /// It goes on above a later opening that has no connection, and says so. Any thread.
  void claim(long next) {
    generation = next;
    try {
      connection.channel().eventLoop().execute(this::written);
    } catch (RejectedExecutionException _) {
      // the node has closed, and the connection with it
    }
  }

  /// Whether the session was there before.
  boolean resumed() {
    return opened.resumed();
  }

  /// What it found. Any thread.
  Opened opened() {
    return opened;
  }

  /// What the connect reply tells the application.
  byte[] replyData() {
    String verdict = opened.resumed() ? "resumed" : "new";
    return "{\"sluice\":{\"session\":\"%s\",\"generation\":%d}}"
        .formatted(verdict, opened.generation())
        .getBytes(StandardCharsets.UTF_8);
  }

  /// A command of the server subscribes the connection; the session's next one will be, too.
  void given(String channel) {
    again(channel);
    changed();
  }

  /// The connection is subscribed to what the one before it was given.
  void again(String channel) {
    if (given.isEmpty()) {
      given = new LinkedHashSet<>(2);
    }
    given.add(channel);
  }

  /// Channels that commands of the server gave it.
  List<String> given() {
    return List.copyOf(given);
  }

  /// It is subscribed no more, and the session's next connection will not be.
  void taken(String channel) {
    if (!given.isEmpty() && given.remove(channel)) {
      changed();
    }
  }

  /// A service takes it away, whatever this connection knows of it: where not all is known of what
  /// the session was given, nothing of that is given to its next connection.
  void takenByCommand(String channel) {
    taken(channel);
    if (!whole) {
      changed();
    }
  }

  /// What the session was given is not given to this connection, since it was taken away meanwhile.
  void skip() {
    whole = true;
  }

  /// Written with this tick: a connection that takes the session over is to know. It is told what
  /// this one has, also if the store has more, of which nobody has heard.
  private void changed() {
    whole = true;
    written();
  }

  /// With this tick.
  private void written() {
    if (last == null) {
      connection.checkpoints().add(this);
    }
  }

  /// Begins to be written.
  void begin() {
    long interval = sessions.checkpoint().toMillis();
    connection
        .wheel()
        .set(timer, ThreadLocalRandom.current().nextLong(Math.max(1, interval - LATE_MS)));
  }

  private void due() {
    connection.checkpoints().add(this);
    long interval = sessions.checkpoint().toMillis();
    double jittered = interval * ThreadLocalRandom.current().nextDouble(LEAST_PART, 1);
    connection.wheel().set(timer, Math.max(1, (long) jittered - LATE_MS));
  }

  /// All that is to be known of it now.
  Checkpoint checkpoint() {
    return new Checkpoint(key, info, generation, connection.context().clock().instant(), state());
  }

  /// Before its connect was answered it has what the one before it has left.
  private SessionState state() {
    return connection.user().isEmpty()
        ? opened.state()
        : new SessionState(given(), connection.subscriptions().served(), whole);
  }

  /// A later connection has the session. Any thread.
  void takenOver() {
    try {
      connection.channel().eventLoop().execute(() -> connection.end(Disconnect.TAKEN_OVER));
    } catch (RejectedExecutionException _) {
      // the node has closed, and the connection with it
    }
  }

  /// A checkpoint was refused. Any thread.
  void disputed() {
    sessions.disputed(this);
  }

  /// The connection is about to let go of everything: what it leaves is found out. Again without
  /// effect.
  void ending() {
    if (last == null) {
      last = state();
    }
  }

  /// The connection has ended; the session stays for its grace period.
  void close() {
    ending();
    connection.wheel().cancel(timer);
    sessions.leave(this, Optional.ofNullable(last).orElse(SessionState.NONE));
  }
}
