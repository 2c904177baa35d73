package io.sluice.standalone.doctor;

import io.sluice.gateway.config.TlsConfig;
import io.sluice.gateway.edge.CertificateLook;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// The edge's certificate: that it can be read, goes with its key, and how long it is good.
///
/// @param tls which may be off
/// @param now the time to judge it by
record CertificateCheck(TlsConfig tls, Instant now) implements Check {
  private static final Duration SOON = Duration.ofDays(14);

  @Override
  public String name() {
    return CheckNames.CERTIFICATE;
  }

  @Override
  public Set<Part> needs() {
    return Set.of();
  }

  @Override
  public List<Finding> run() {
    if (!tls.on()) {
      return List.of(
          Finding.ok(name(), "edge.tls is off: TLS is a proxy's in front of the edge, if any"));
    }
    try {
      return List.of(judge(CertificateLook.at(tls), now));
    } catch (IOException e) {
      // exceptions of the file system say only which file
      String why =
          e.getClass() == IOException.class ? String.valueOf(e.getMessage()) : e.toString();
      return List.of(
          Finding.error(
              name(),
              "%s (edge.tls.certificate: %s, edge.tls.key: %s)"
                  .formatted(why, tls.certificate(), tls.key()),
              "a PEM chain and its PKCS#8 key, readable by the node's user"));
    }
  }

  /// Pure.
  static Finding judge(CertificateLook found, Instant now) {
    String fix = "a new one in edge.tls.certificate and edge.tls.key; a running node takes it over";
    if (now.isBefore(found.from())) {
      return Finding.error(
          CheckNames.CERTIFICATE,
          "%s is good from %s on only".formatted(found.subject(), found.from()),
          "look at this machine's clock, or give it another certificate");
    }
    long days = Duration.between(now, found.until()).toDays();
    if (!now.isBefore(found.until())) {
      return Finding.error(
          CheckNames.CERTIFICATE, "%s ended at %s".formatted(found.subject(), found.until()), fix);
    }
    String said = "%s is good for %d days".formatted(found.subject(), days);
    return Duration.between(now, found.until()).compareTo(SOON) < 0
        ? Finding.warning(CheckNames.CERTIFICATE, said, fix)
        : Finding.ok(CheckNames.CERTIFICATE, said);
  }
}
