package io.sluice.gateway.config;

import java.util.Map;
import java.util.TreeMap;

/// The part of `edge.*` that says how much one peer, or all of them together, may ask for.
///
/// @param maxHeaderCount header fields of a request
/// @param commandsPerSecond commands of one connection that are answered, in the long run
/// @param commandBurst how many of them may come at once
/// @param maxConnectionsPerUser connections of one user; 0 = no limit
/// @param maxConnectionsPerAddress sockets of one IPv4 address or one IPv6 /64; 0 = no limit
/// @param handshakesPerSecond connections the node lets begin, in the long run; 0 = no limit
/// @param handshakeBurst how many of them may begin at once
/// @param maxTurnedAway WebSockets that wait for being told to come back
/// @param maxPending sockets that are no connection: not yet, or not any more
/// @param maxPendingPerAddress sockets of one IPv4 address or one IPv6 /64 that are no connection
///   yet; 0 = no limit
/// @param limitLoopback whether the limits on addresses and handshakes are for peers on this
///   machine too
public record EdgeLimits(
    int maxHeaderCount,
    int commandsPerSecond,
    int commandBurst,
    int maxConnectionsPerUser,
    int maxConnectionsPerAddress,
    int handshakesPerSecond,
    int handshakeBurst,
    int maxTurnedAway,
    int maxPending,
    int maxPendingPerAddress,
    boolean limitLoopback) {
  private static final int MILLION = 1_000_000;

  public EdgeLimits {
    new Checks()
        .range("edge.max-header-count", maxHeaderCount, 1, 10_000)
        .range("edge.commands-per-second", commandsPerSecond, 1, MILLION)
        .range("edge.command-burst", commandBurst, 1, MILLION)
        .range("edge.max-connections-per-user", maxConnectionsPerUser, 0, 10 * MILLION)
        .range("edge.max-connections-per-address", maxConnectionsPerAddress, 0, 10 * MILLION)
        .range("edge.handshakes-per-second", handshakesPerSecond, 0, MILLION)
        .range("edge.handshake-burst", handshakeBurst, 1, MILLION)
        .range("edge.max-turned-away", maxTurnedAway, 0, MILLION)
        .range("edge.max-pending", maxPending, 1, 10 * MILLION)
        .that(
            maxTurnedAway < maxPending,
            "edge.max-turned-away: %d is not below edge.max-pending, %d"
                .formatted(maxTurnedAway, maxPending))
        .range("edge.max-pending-per-address", maxPendingPerAddress, 0, 10 * MILLION)
        .that(
            maxPendingPerAddress <= maxPending, // or one address could keep everyone out
            "edge.max-pending-per-address: %d is above edge.max-pending, %d"
                .formatted(maxPendingPerAddress, maxPending))
        .done();
  }

  static EdgeLimits read(Settings in) {
    int maxPending = in.whole("edge.max-pending", 20_000);
    int maxPerAddress = in.whole("edge.max-connections-per-address", 10_000);
    // who sees one address for everybody has said so there
    int share = maxPerAddress == 0 ? 0 : Math.max(1, maxPending / 10);
    return new EdgeLimits(
        in.whole("edge.max-header-count", 100),
        in.whole("edge.commands-per-second", 100),
        in.whole("edge.command-burst", 1_000),
        in.whole("edge.max-connections-per-user", 1_000),
        maxPerAddress,
        in.whole("edge.handshakes-per-second", 1_000),
        in.whole("edge.handshake-burst", 2_000),
        in.whole("edge.max-turned-away", 1_000),
        maxPending,
        in.whole("edge.max-pending-per-address", share),
        in.flag("edge.limit-loopback", false));
  }

  /// In the place of those that are wrong, so that the rest is checked too.
  static EdgeLimits byDefault() {
    return read(new Settings(new TreeMap<>(), Map.of()));
  }

  void write(Listing out) {
    out.add("edge.max-header-count", maxHeaderCount)
        .add("edge.commands-per-second", commandsPerSecond)
        .add("edge.command-burst", commandBurst)
        .add("edge.max-connections-per-user", maxConnectionsPerUser)
        .add("edge.max-connections-per-address", maxConnectionsPerAddress)
        .add("edge.handshakes-per-second", handshakesPerSecond)
        .add("edge.handshake-burst", handshakeBurst)
        .add("edge.max-turned-away", maxTurnedAway)
        .add("edge.max-pending", maxPending)
        .add("edge.max-pending-per-address", maxPendingPerAddress)
        .add("edge.limit-loopback", limitLoopback);
  }
}
