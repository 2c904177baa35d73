package io.sluice.session;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.AsyncCommand;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// Where Redis is, of whatever kind, and how one connects to it. Any thread; nothing but [#close()]
/// waits.
interface RedisServers extends AutoCloseable {

  /// A connection and what can be asked on it.
  record Connected(
      StatefulConnection<String, String> connection,
      RedisClusterAsyncCommands<String, String> commands) {}

  /// Looks for the servers and connects, within a few times the time limit.
  CompletionStage<Connected> connect();

  /// Sends many commands, in one write if it can be. Their stages say what became of them.
  ///
  /// @throws io.lettuce.core.RedisException when there is no room for them
  void send(Connected connected, List<AsyncCommand<String, String, Long>> commands);

  /// Whether a connection that breaks is to be given up, and another made. Otherwise the servers
  /// are several, and Lettuce makes each one's again.
  boolean single();

  /// A question that costs nothing, to see whether anybody answers.
  CompletionStage<Long> askForSign(RedisClusterAsyncCommands<String, String> commands);

  /// The addresses, without secrets.
  String where();

  @Override
  void close();

  /// Those that the settings name.
  ///
  /// @param commands told how long each command took
  static RedisServers of(SessionStoreSettings settings, CommandLatencyRecorder commands) {
    return settings.cluster()
        ? new RedisClusterServers(settings, commands)
        : new RedisServer(settings, commands);
  }
}
