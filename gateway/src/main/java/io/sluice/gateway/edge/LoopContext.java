package io.sluice.gateway.edge;

import io.netty.channel.Channel;
import io.sluice.gateway.hub.HubShard;
import io.sluice.gateway.protocol.Deflation;
import io.sluice.gateway.protocol.Disconnect;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// What the connections of one event loop share. Confined to the loop.
final class LoopContext {
  private final HubShard shard;
  private final TickWheel wheel = new TickWheel();
  private final Inflation inflation = new Inflation();
  private final Deflation deflation = new Deflation();
  private final Set<Connection> connections = identitySet();
  private final Set<EchoMessages> echoes = identitySet();
  private final Set<EdgeHttpHandler> requests = identitySet();
  private boolean draining;

  /// @param shard its part of the hub
  LoopContext(HubShard shard) {
    this.shard = shard;
  }

  private static <T> Set<T> identitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  HubShard shard() {
    return shard;
  }

  TickWheel wheel() {
    return wheel;
  }

  /// Decompresses what clients send.
  Inflation inflation() {
    return inflation;
  }

  /// Compresses what echoes send back.
  Deflation deflation() {
    return deflation;
  }

  /// Those that are open and were not told to go.
  Set<Connection> connections() {
    return connections;
  }

  /// The open echoes.
  Set<EchoMessages> echoes() {
    return echoes;
  }

  /// Sockets that speak HTTP: no connection yet, or an event stream.
  Set<EdgeHttpHandler> requests() {
    return requests;
  }

  /// Whether no connection may begin any more.
  boolean draining() {
    return draining;
  }

  /// Tells everyone to go elsewhere. A handshake that is still on its way may finish and is refused
  /// then, since [#draining] says so.
  ///
  /// @return the sockets that are going
  List<Channel> drain() {
    draining = true;
    List<Channel> going = new ArrayList<>();
    for (EdgeHttpHandler request : List.copyOf(requests)) {
      going.add(request.channel());
      request.drain();
    }
    for (Connection connection : List.copyOf(connections)) {
      going.add(connection.channel());
      connection.end(Disconnect.SHUTDOWN);
    }
    for (EchoMessages echo : List.copyOf(echoes)) {
      going.add(echo.channel());
      echo.drain();
    }
    return going;
  }
}
