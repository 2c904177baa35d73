package io.sluice.gateway.config;

import java.time.Duration;

/// `edge.tls.*`: whether the edge speaks TLS itself.
///
/// @param certificate PEM file with the certificate and those that lead to its root; "" = no TLS
/// @param key PEM file with the certificate's private key, PKCS#8 and not encrypted; "" = no TLS
/// @param reload how often the files are looked at
public record TlsConfig(String certificate, String key, Duration reload) {
  private static final Duration MOST_OFTEN = Duration.ofMillis(100);

  public TlsConfig {
    new Checks()
        .that(
            certificate.isEmpty() == key.isEmpty(),
            "edge.tls: certificate '%s' and key '%s' are set both or not at all"
                .formatted(certificate, key))
        .range("edge.tls.reload", reload, MOST_OFTEN)
        .done();
  }

  /// Whether the edge speaks TLS.
  public boolean on() {
    return !certificate.isEmpty();
  }

  static TlsConfig read(Settings in) {
    return new TlsConfig(
        in.text("edge.tls.certificate", ""),
        in.text("edge.tls.key", ""),
        in.duration("edge.tls.reload", Duration.ofSeconds(5)));
  }

  static TlsConfig byDefault() {
    return new TlsConfig("", "", MOST_OFTEN);
  }

  void write(Listing out) {
    out.add("edge.tls.certificate", certificate)
        .add("edge.tls.key", key)
        .add("edge.tls.reload", reload);
  }
}
