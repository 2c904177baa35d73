package io.sluice.gateway.edge;

import java.util.Locale;

/// Why a peer did not get what it asked for, as the metric's label. What has a code of the client
/// protocol is counted under that as well.
enum Refusal {
  /// Beyond `edge.max-request-line`: 414.
  REQUEST_LINE,
  /// Beyond `edge.max-headers`: 431.
  HEADERS,
  /// Beyond `edge.max-header-count`: 431.
  HEADER_COUNT,
  /// A body beyond `edge.max-message`: 413.
  BODY,
  /// All bodies of a loop together beyond 16 MiB: 503.
  BODIES,
  /// Not HTTP: 400.
  MALFORMED,
  /// A page that may not: 403.
  ORIGIN,
  /// Not done with its request in `edge.handshake-timeout`: cut.
  HANDSHAKE_TIMEOUT,
  /// Beyond `edge.max-pending`: cut.
  PENDING,
  /// Beyond `edge.max-pending-per-address`: cut.
  PENDING_ADDRESS,
  /// Beyond `edge.max-connections`: turned away.
  CONNECTIONS,
  /// Beyond `edge.max-connections-per-address`: turned away, then cut.
  ADDRESS,
  /// Beyond `edge.handshakes-per-second`: turned away, or cut before the signature of its TLS.
  HANDSHAKE_RATE,
  /// A socket that does not come from `edge.trusted-proxies`, with `edge.proxy-protocol`: cut.
  UNTRUSTED_PROXY,
  /// No PROXY header, a bad one or a large one: cut.
  PROXY_HEADER,
  /// Not TLS, no version, cipher or the like in common, or far more bytes than it takes: cut.
  TLS_HANDSHAKE,
  /// The node has too much to do, see [ShedLevel#HANDSHAKES]: turned away.
  OVERLOAD,
  /// The node is closing: 503.
  DRAINING,
  /// Beyond `edge.max-connections-per-user`: close 3504.
  USER,
  /// Closed for not reading again and again: error 111 on connecting, for a while.
  SLOW,
  /// Beyond `edge.commands-per-second`: error 111, then close 3013.
  COMMAND_RATE;

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
