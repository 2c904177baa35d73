package io.sluice.session;

import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.TcpUserTimeoutOptions;
import io.lettuce.core.resource.EpollProvider;
import io.lettuce.core.resource.IOUringProvider;
import java.time.Duration;

/// How sockets to Redis are set up, of one server and of each node of a cluster.
final class RedisSockets {
  private RedisSockets() {}

  /// What was sent and is not acknowledged by the other machine within the link's patience has the
  /// kernel cut the connection, where that can be asked for (Linux): Lettuce makes the connection
  /// to a cluster's node again when it is closed, and only then. The kernel's own limit is some 15
  /// minutes.
  static SocketOptions options(Duration connectTimeout) {
    return SocketOptions.builder()
        .connectTimeout(connectTimeout)
        .tcpUserTimeout(
            TcpUserTimeoutOptions.builder()
                .enable(EpollProvider.isAvailable() || IOUringProvider.isAvailable())
                .tcpUserTimeout(SessionStores.PATIENCE)
                .build())
        .build();
  }
}
