package io.sluice.gateway.edge;

import java.util.Map;

/// What the connections of one event loop are like.
///
/// @param loop the thread's name
/// @param byState how many connections are in each state
/// @param byTransport how many came by each transport
/// @param requests sockets that speak HTTP: no connection yet, or a stream
/// @param others echoes, and those that wait to be turned away
/// @param outboxes bytes that wait for sockets
/// @param waiting connections for which some wait
/// @param backlogged connections whose socket has yet to take what it was given
/// @param largest bytes that wait for one of them
public record LoopState(
    String loop,
    Map<String, Integer> byState,
    Map<String, Integer> byTransport,
    int requests,
    int others,
    long outboxes,
    int waiting,
    int backlogged,
    long largest) {
  public LoopState {
    byState = Map.copyOf(byState);
    byTransport = Map.copyOf(byTransport);
  }
}
