package io.sluice.gateway.config;

import java.util.List;
import java.util.Optional;

/// The part of `edge.*` about a proxy in front that passes bytes on and tells clients' addresses.
///
/// @param protocol whether connections begin with a PROXY header
/// @param trusted from where one is believed; see [#ranges]
public record ProxyConfig(Protocol protocol, List<String> trusted) {
  /// Whether connections begin with a PROXY header, version 1 or 2.
  public enum Protocol {
    OFF,
    REQUIRED
  }

  public ProxyConfig {
    trusted = List.copyOf(trusted);
    Checks checks =
        new Checks()
            .that(
                protocol == Protocol.OFF || !trusted.isEmpty(),
                "edge.trusted-proxies: is empty; with edge.proxy-protocol: required nobody could"
                    + " connect");
    for (String range : trusted) {
      checks.that(
          Cidr.parse(range).isPresent(),
          "edge.trusted-proxies: '%s' is not of the form 10.0.0.0/8 or 2001:db8::/32"
              .formatted(range));
    }
    checks.done();
  }

  /// [#trusted] as ranges of addresses.
  public List<Cidr> ranges() {
    return trusted.stream().map(Cidr::parse).flatMap(Optional::stream).toList();
  }

  static ProxyConfig read(Settings in) {
    return new ProxyConfig(
        in.choice("edge.proxy-protocol", Protocol.OFF), in.list("edge.trusted-proxies"));
  }

  static ProxyConfig byDefault() {
    return new ProxyConfig(Protocol.OFF, List.of());
  }

  void write(Listing out) {
    out.add("edge.proxy-protocol", protocol).add("edge.trusted-proxies", String.join(",", trusted));
  }
}
