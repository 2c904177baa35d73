package io.sluice.session;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one connection to Redis and its making again. While it is down every command is rejected at
/// once; while it is up, commands have a time limit and a bounded queue.
///
/// Reconnecting is done here and not by Lettuce, for two reasons: Lettuce retries only connections
/// that were up once, and it does not give up one on which nothing is ever answered, as when the
/// other machine vanished. Any thread; nothing but [#close()] waits.
final class RedisLink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);

  /// One connection keeps one of them busy; the second is for time limits and callbacks.
  private static final int THREADS = 2;

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  /// What the link may be; each state offers only what is possible in it.
  private sealed interface State {
    /// Not connected and nobody is trying.
    record Down(Instant since) implements State {}

    /// Not connected and somebody is trying.
    record Connecting(Instant downSince) implements State {}

    /// Connected.
    record Up(Instant since, StatefulRedisConnection<String, String> connection) implements State {}

    /// Given up for good.
    record Closed(Instant since) implements State {}
  }

  private final RedisURI uri;
  private final Duration patience;
  private final Clock clock;
  private final ClientResources resources;
  private final RedisClient client;
  private final Runnable lost;
  private final AtomicReference<State> state;
  private volatile long answeredNanos = System.nanoTime();

  /// @param patience how long a connection may leave everything unanswered before it is given up
  /// @param lost called on a thread of Lettuce's when an established connection is gone; quick
  RedisLink(SessionStoreSettings settings, Duration patience, Clock clock, Runnable lost) {
    this.uri = settings.redis();
    this.patience = patience;
    this.clock = clock;
    this.lost = lost;
    state = new AtomicReference<>(new State.Down(clock.instant()));
    // The limit for the handshake of a new connection.
    uri.setTimeout(settings.timeout());
    uri.setClientName("sluice-sessions");
    resources =
        DefaultClientResources.builder()
            .ioThreadPoolSize(THREADS)
            .computationThreadPoolSize(THREADS)
            .build();
    client = RedisClient.create(resources);
    client.setOptions(
        ClientOptions.builder()
            .autoReconnect(false)
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .requestQueueSize(settings.queue())
            .socketOptions(SocketOptions.builder().connectTimeout(settings.timeout()).build())
            .timeoutOptions(TimeoutOptions.enabled(settings.timeout()))
            .maintNotificationsConfig(MaintNotificationsConfig.disabled())
            .build());
  }

  /// @throws RedisException when it is down
  RedisAsyncCommands<String, String> commands() {
    if (state.get() instanceof State.Up up) {
      return up.connection().async();
    }
    throw new RedisException(notConnected());
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
    return client
        .connectAsync(StringCodec.UTF8, uri)
        .handle((connection, failure) -> connected(connecting, connection, failure));
  }

  private StoreHealth connected(
      State.Connecting connecting,
      @Nullable StatefulRedisConnection<String, String> connection,
      @Nullable Throwable failure) {
    if (connection == null) {
      LOG.debug("session store cannot connect", failure);
      state.compareAndSet(connecting, new State.Down(connecting.downSince()));
      return health();
    }
    var up = new State.Up(clock.instant(), connection);
    connection.addListener(
        new RedisConnectionStateListener() {
          @Override
          public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
            drop(up);
          }
        });
    answered();
    if (!state.compareAndSet(connecting, up)) {
      var _ = connection.closeAsync(); // the link was closed meanwhile
    } else if (!connection.isOpen()) {
      drop(up); // it went away before anybody listened
    }
    return health();
  }

  private void drop(State.Up up) {
    if (state.compareAndSet(up, new State.Down(clock.instant()))) {
      lost.run();
      var _ = up.connection().closeAsync();
    }
  }

  private String notConnected() {
    return "not connected to Redis at " + uri.getHost() + ":" + uri.getPort();
  }

  @Override
  public void close() {
    state.set(new State.Closed(clock.instant()));
    client.shutdown(Duration.ZERO, CLOSE_LIMIT);
    resources
        .shutdown(0, CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(CLOSE_LIMIT.toMillis());
  }
}
