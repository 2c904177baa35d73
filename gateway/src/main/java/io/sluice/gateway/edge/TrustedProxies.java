package io.sluice.gateway.edge;

import io.sluice.gateway.config.Cidr;
import io.sluice.gateway.config.ProxyConfig;
import java.net.InetAddress;
import java.util.List;

/// Whose word about a client's address is believed. Immutable.
final class TrustedProxies {
  private final ProxyConfig.Protocol protocol;
  private final List<Cidr> ranges;

  TrustedProxies(ProxyConfig config) {
    protocol = config.protocol();
    ranges = config.ranges();
  }

  /// Whether every socket begins with a PROXY header.
  boolean required() {
    return protocol == ProxyConfig.Protocol.REQUIRED;
  }

  boolean trusts(InetAddress proxy) {
    return ranges.stream().anyMatch(range -> range.contains(proxy));
  }
}
