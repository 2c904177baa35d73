package io.sluice.gateway.config;

import java.time.Duration;

/// `metrics.*`: sending metrics, which `/metrics` shows in any case.
///
/// @param otlpEndpoint who takes them by OTLP; "" = they are not sent
/// @param otlpProtocol how they are sent there
/// @param otlpInterval how often
public record MetricsConfig(String otlpEndpoint, OtlpProtocol otlpProtocol, Duration otlpInterval) {
  /// Where a collector takes metrics over HTTP unless the endpoint says otherwise.
  private static final String PATH = "/v1/metrics";

  public MetricsConfig {
    new Checks()
        .that(
            OtlpUrl.isOne(otlpEndpoint, otlpProtocol),
            OtlpUrl.problem("metrics.otlp-endpoint", otlpEndpoint, otlpProtocol))
        .range("metrics.otlp-interval", otlpInterval, Duration.ofSeconds(1), Duration.ofHours(1))
        .done();
  }

  /// Whether they are sent.
  public boolean isSent() {
    return !otlpEndpoint.isEmpty();
  }

  /// Over HTTP the whole URL that they are posted to, with OTLP's own path where the endpoint has
  /// none; over gRPC `SCHEME://HOST:PORT`.
  public String url() {
    return OtlpUrl.whole(otlpEndpoint, otlpProtocol, PATH);
  }

  static MetricsConfig read(Settings in) {
    return new MetricsConfig(
        in.text("metrics.otlp-endpoint", ""),
        in.choice("metrics.otlp-protocol", OtlpProtocol.HTTP_PROTOBUF),
        in.duration("metrics.otlp-interval", Duration.ofMinutes(1)));
  }

  void write(Listing out) {
    out.add("metrics.otlp-endpoint", otlpEndpoint)
        .add("metrics.otlp-protocol", otlpProtocol)
        .add("metrics.otlp-interval", otlpInterval);
  }
}
