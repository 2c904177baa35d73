package io.sluice.session;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.AsyncCommand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// One Redis, or the master of a group that Sentinels watch: they are asked for it each time a
/// connection is made. Any thread.
final class RedisServer implements RedisServers {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  private final RedisURI uri;
  private final LettuceThreads threads;
  private final RedisClient client;

  RedisServer(SessionStoreSettings settings, CommandLatencyRecorder commands) {
    this.uri = settings.redis().getFirst();
    threads = new LettuceThreads(commands);
    client = RedisClient.create(threads.resources());
    client.setOptions(
        ClientOptions.builder()
            .autoReconnect(false)
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .requestQueueSize(settings.queue())
            .socketOptions(RedisSockets.options(settings.timeout()))
            .timeoutOptions(TimeoutOptions.enabled(settings.timeout()))
            .maintNotificationsConfig(MaintNotificationsConfig.disabled())
            .build());
  }

  @Override
  public CompletionStage<Connected> connect() {
    return client
        .connectAsync(StringCodec.UTF8, uri)
        .thenApply(connection -> new Connected(connection, connection.async()));
  }

  @Override
  public void send(Connected connected, List<AsyncCommand<String, String, Long>> commands) {
    var _ = connected.connection().dispatch(commands);
  }

  @Override
  public boolean single() {
    return true;
  }

  @Override
  public CompletionStage<Long> askForSign(RedisClusterAsyncCommands<String, String> commands) {
    return commands.ping().thenApply(_ -> 1L);
  }

  @Override
  public String where() {
    return SessionStoreSettings.shown(uri);
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, CLOSE_LIMIT);
    threads.close();
  }
}
