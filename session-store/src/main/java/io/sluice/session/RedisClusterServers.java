package io.sluice.session;

import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.AsyncCommand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/// A Redis Cluster. Each of its nodes has a connection of its own, made when it is first needed;
/// one that breaks is made again by Lettuce, twice a second, and the others go on meanwhile. While
/// it is being made, its commands wait, as many and as long as any may: Lettuce would reject the
/// very ones for which a connection is made first. Which node has what is asked again every few
/// seconds and whenever a node says that it has not. Any thread.
final class RedisClusterServers implements RedisServers {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);
  private static final Duration LOOKS_APART = Duration.ofSeconds(1);

  private final SessionStoreSettings settings;
  private final LettuceThreads threads;
  private final RedisClusterClient client;

  RedisClusterServers(SessionStoreSettings settings, CommandLatencyRecorder commands) {
    this.settings = settings;
    threads = new LettuceThreads(commands);
    client = RedisClusterClient.create(threads.resources(), settings.redis());
    ClusterClientOptions.Builder options =
        ClusterClientOptions.builder()
            .topologyRefreshOptions(
                ClusterTopologyRefreshOptions.builder()
                    .enablePeriodicRefresh(LOOK_AGAIN)
                    .adaptiveRefreshTriggersTimeout(LOOKS_APART)
                    .build())
            .requestQueueSize(settings.queue())
            .socketOptions(RedisSockets.options(settings.timeout()))
            .timeoutOptions(TimeoutOptions.enabled(settings.timeout()));
    options.maintNotificationsConfig(MaintNotificationsConfig.disabled());
    client.setOptions(options.build());
  }

  @Override
  public CompletionStage<Connected> connect() {
    return client
        .refreshPartitionsAsync()
        .thenCompose(_ -> client.connectAsync(StringCodec.UTF8))
        .thenApply(connection -> new Connected(connection, connection.async()));
  }

  /// One by one: for several at once Lettuce waits until each node is connected to, on the thread
  /// that called, which may be the one that connects.
  @Override
  public void send(Connected connected, List<AsyncCommand<String, String, Long>> commands) {
    for (AsyncCommand<String, String, Long> command : commands) {
      var _ = connected.connection().dispatch(command);
    }
  }

  @Override
  public boolean single() {
    return false;
  }

  /// Of any node, not always the same.
  @Override
  public CompletionStage<Long> askForSign(RedisClusterAsyncCommands<String, String> commands) {
    long any = ThreadLocalRandom.current().nextInt(1 << 14);
    return commands.exists(Keys.PROBE_PREFIX + any);
  }

  @Override
  public String where() {
    return settings.redis().stream()
        .map(SessionStoreSettings::shown)
        .collect(Collectors.joining(", "));
  }

  /// Lettuce waits for each node's connection to close, and for one that it was just making again
  /// it may wait for ever: not with us.
  @Override
  public void close() {
    Thread closing =
        Thread.ofPlatform()
            .daemon()
            .name("session-store-close")
            .start(() -> client.shutdown(Duration.ZERO, CLOSE_LIMIT));
    try {
      closing.join(CLOSE_LIMIT);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    threads.close();
  }
}
