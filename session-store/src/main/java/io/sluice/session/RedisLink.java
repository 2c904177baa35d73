package io.sluice.session;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisReadOnlyException;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.AsyncCommand;
import io.sluice.session.RedisServers.Connected;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one connection to Redis and its making again. While it is down every command is rejected at
/// once; while it is up, commands have a time limit and a bounded queue.
///
/// Reconnecting is done here and not by Lettuce, for two reasons: Lettuce retries only connections
/// that were up once, and it does not give up one on which nothing is ever answered, as when the
/// other machine vanished. (Of a cluster's nodes each has a connection of its own, which Lettuce
/// makes again; what is made again here is all of them, when nobody answers at all.) Any thread;
/// nothing but [#close()] waits.
final class RedisLink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);

  /// A connection to a replica is given up, and one that is lost made again at once, but not sooner
  /// after it was made: where no master is to be found, or who is there cuts everybody, looking for
  /// it is no work.
  private static final Duration SETTLED = Duration.ofSeconds(1);

  /// What the link may be; each state offers only what is possible in it.
  private sealed interface State {
    /// Not connected and nobody is trying.
    record Down(Instant since) implements State {}

    /// Not connected and somebody is trying.
    record Connecting(Instant downSince) implements State {}

    /// Connected.
    record Up(Instant since, Connected connected) implements State {}

    /// Given up for good.
    record Closed(Instant since) implements State {}
  }

  private final RedisServers servers;
  private final Duration patience;
  private final Clock clock;
  private final Runnable lost;
  private final Consumer<SessionMetrics.Connect> tries;
  private final AtomicReference<State> state;
  private volatile long answeredNanos = System.nanoTime();

  /// One of which nobody counts anything.
  RedisLink(SessionStoreSettings settings, Duration patience, Clock clock, Runnable lost) {
    this(settings, patience, clock, lost, _ -> {}, CommandLatencyRecorder.disabled());
  }

  /// @param patience how long a connection may leave everything unanswered before it is given up
  /// @param lost called on a thread of Lettuce's when an established connection is gone; quick
  /// @param tries told how each try to connect ended, on a thread of Lettuce's; quick
  /// @param commands told how long each command took, on a thread of Lettuce's; quick
  RedisLink(
      SessionStoreSettings settings,
      Duration patience,
      Clock clock,
      Runnable lost,
      Consumer<SessionMetrics.Connect> tries,
      CommandLatencyRecorder commands) {
    this.servers = RedisServers.of(settings, commands);
    this.patience = patience;
    this.clock = clock;
    this.lost = lost;
    this.tries = tries;
    state = new AtomicReference<>(new State.Down(clock.instant()));
  }

  /// @throws RedisException when it is down
  Connected connected() {
    if (state.get() instanceof State.Up up) {
      return up.connected();
    }
    throw new RedisException(notConnected());
  }

  /// Sends many commands, in one write if it can be.
  void send(Connected connected, List<AsyncCommand<String, String, Long>> commands) {
    servers.send(connected, commands);
  }

  /// Asks for a sign of life.
  ///
  /// @throws RedisException when it is down
  CompletionStage<Long> askForSign() {
    return servers.askForSign(connected().commands());
  }

  StoreHealth health() {
    return switch (state.get()) {
      case State.Up up -> new StoreHealth.Healthy(up.since());
      case State.Down(Instant since) -> new StoreHealth.Degraded(since, notConnected());
      case State.Connecting(Instant since) -> new StoreHealth.Degraded(since, notConnected());
      case State.Closed(Instant since) -> new StoreHealth.Degraded(since, "closed");
    };
  }

  /// Something was answered, so the connection works.
  void answered() {
    answeredNanos = System.nanoTime();
  }

  /// Something failed. Who says that it is a replica was the master, and another is now.
  void failed(Throwable failure) {
    if (failure instanceof RedisReadOnlyException
        && servers.single()
        && state.get() instanceof State.Up up
        && hasSettled(up)) {
      LOG.warn("session store is a replica now, looking for the master");
      drop(up);
    }
  }

  /// To be called every second or so: connects when the link is down, gives up a connection that
  /// has been mute for too long.
  ///
  /// @return done when there is nothing to wait for any more; never fails
  CompletionStage<StoreHealth> maintain() {
    switch (state.get()) {
      case State.Down down -> {
        var connecting = new State.Connecting(down.since());
        if (state.compareAndSet(down, connecting)) {
          return connect(connecting);
        }
      }
      case State.Up up -> {
        if (System.nanoTime() - answeredNanos > patience.toNanos()) {
          LOG.warn(
              "session store connection is mute, making another muteMs={}", patience.toMillis());
          drop(up);
        }
      }
      case State.Connecting _, State.Closed _ -> {}
    }
    return CompletableFuture.completedFuture(health());
  }

  private CompletionStage<StoreHealth> connect(State.Connecting connecting) {
    return servers
        .connect()
        .handle((connected, failure) -> connected(connecting, connected, failure));
  }

  private StoreHealth connected(
      State.Connecting connecting, @Nullable Connected connected, @Nullable Throwable failure) {
    tries.accept(
        connected == null ? SessionMetrics.Connect.FAILED : SessionMetrics.Connect.CONNECTED);
    if (connected == null) {
      LOG.debug("session store cannot connect", failure);
      state.compareAndSet(connecting, new State.Down(connecting.downSince()));
      return health();
    }
    var up = new State.Up(clock.instant(), connected);
    if (servers.single()) {
      connected
          .connection()
          .addListener(
              new RedisConnectionStateListener() {
                @Override
                public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
                  drop(up);
                }
              });
    }
    answered();
    if (!state.compareAndSet(connecting, up)) {
      var _ = connected.connection().closeAsync(); // the link was closed meanwhile
    } else if (servers.single() && !connected.connection().isOpen()) {
      drop(up); // it went away before anybody listened
    }
    return health();
  }

  /// One that had held is made again at once: calls that may be repeated wait for it.
  private void drop(State.Up up) {
    if (state.compareAndSet(up, new State.Down(clock.instant()))) {
      lost.run();
      var _ = up.connected().connection().closeAsync();
      if (hasSettled(up)) {
        var _ = maintain();
      }
    }
  }

  private boolean hasSettled(State.Up up) {
    return Duration.between(up.since(), clock.instant()).compareTo(SETTLED) > 0;
  }

  private String notConnected() {
    return "not connected to Redis at " + servers.where();
  }

  @Override
  public void close() {
    state.set(new State.Closed(clock.instant()));
    servers.close();
  }
}
