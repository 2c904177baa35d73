package io.sluice.gateway.config;

import java.util.List;
import java.util.Set;

/// Which keys a running node takes over, and which need a restart. A new key must be put into one
/// of the two (`ReloadPlanTest`): into the first only if everything that uses it asks [LiveConfig],
/// or is told by it. Pure.
final class Reloadable {
  private static final String NAMESPACES = "namespaces.";

  private static final Set<String> LIVE =
      Set.of(
          "edge.token-in-url",
          "edge.echo",
          "edge.handshake-timeout",
          "edge.connect-timeout",
          "edge.max-channels",
          "edge.max-connections",
          "edge.max-header-count",
          "edge.commands-per-second",
          "edge.command-burst",
          "edge.max-connections-per-user",
          "edge.max-connections-per-address",
          "edge.handshakes-per-second",
          "edge.handshake-burst",
          "edge.max-turned-away",
          "edge.max-pending",
          "edge.max-pending-per-address",
          "edge.limit-loopback",
          "edge.filters.max-size",
          "edge.filters.max-depth",
          "edge.filters.max-nodes",
          "edge.filters.max-different",
          "api.key",
          "api.second-key",
          "tokens.hmac-secret",
          "tokens.rsa-public-key",
          "tokens.ecdsa-public-key",
          "tokens.second-hmac-secret",
          "tokens.second-rsa-public-key",
          "tokens.second-ecdsa-public-key",
          "tokens.audience",
          "tokens.issuer",
          "tokens.anonymous",
          "log.format",
          "log.access",
          "log.levels");

  /// Below `namespaces.NAME.`: what is asked when somebody wants something. A subscription keeps
  /// what it was made with.
  private static final Set<String> LIVE_POLICY =
      Set.of(
          "history",
          "replay.max-scan",
          "replay.max-bytes",
          "delta",
          "filters",
          "personal",
          "lag-max",
          "max-delay",
          "subscribe",
          "publish",
          "read");

  /// Sections of which nothing is taken over: sockets, threads, clients and memory are made of
  /// them.
  private static final List<String> FIXED_SECTIONS =
      List.of(
          "node.",
          "edge.tls.",
          "kafka.",
          "redis.",
          "window.",
          "replay.",
          "presence.",
          "publish.",
          "drain.",
          "shed.",
          "watchdog.",
          "tracing.",
          "metrics.");

  private static final Set<String> FIXED =
      Set.of(
          "edge.host",
          "edge.port",
          "edge.address",
          "edge.allowed-origins",
          "edge.proxy-protocol",
          "edge.trusted-proxies",
          "edge.compression",
          "edge.max-message",
          "edge.max-request-line",
          "edge.max-headers",
          "edge.ping-interval",
          "edge.pong-timeout",
          "edge.outbox",
          "edge.outboxes",
          "edge.coalesce",
          "edge.loops",
          "edge.io",
          "edge.allocator",
          "edge.send-buffer",
          "edge.unsent",
          "edge.max-channel-length",
          "edge.max-connection-age",
          "edge.write-timeout",
          "edge.ping-strikes",
          "edge.ping-interval-min",
          "edge.ping-interval-max",
          "api.host",
          "api.port",
          "api.address",
          "api.console");

  /// Below `namespaces.NAME.`: what a topic is bound and read by, and what all subscriptions of a
  /// channel must share: its promises, and who is shown.
  private static final Set<String> FIXED_POLICY =
      Set.of(
          "topic",
          "key",
          "partitioner",
          "payload",
          "keyless",
          "tombstones",
          "mode",
          "last-value",
          "isolation",
          "positions",
          "recovery",
          "presence",
          "join-leave",
          "slow");

  private Reloadable() {}

  /// Whether a running node takes the key over.
  static boolean isLive(String key) {
    return key.startsWith(NAMESPACES) ? LIVE_POLICY.contains(policy(key)) : LIVE.contains(key);
  }

  /// Whether it is known that the key needs a restart.
  static boolean isFixed(String key) {
    return key.startsWith(NAMESPACES)
        ? FIXED_POLICY.contains(policy(key))
        : FIXED.contains(key) || FIXED_SECTIONS.stream().anyMatch(key::startsWith);
  }

  private static String policy(String key) {
    return key.substring(key.indexOf('.', NAMESPACES.length()) + 1);
  }
}
