package io.sluice.gateway.config;

import java.time.Duration;

/// `metrics.*`: sending metrics, which `/metrics` shows in any case.
///
/// @param otlpEndpoint who takes them, OTLP over HTTP; "" = they are not sent
/// @param otlpInterval how often
public record MetricsConfig(String otlpEndpoint, Duration otlpInterval) {
  /// Where a collector takes metrics unless the endpoint says otherwise.
  private static final String PATH = "/v1/metrics";

  public MetricsConfig {
    new Checks()
        .that(OtlpUrl.isOne(otlpEndpoint), OtlpUrl.problem("metrics.otlp-endpoint", otlpEndpoint))
        .range("metrics.otlp-interval", otlpInterval, Duration.ofSeconds(1), Duration.ofHours(1))
        .done();
  }

  /// Whether they are sent.
  public boolean isSent() {
    return !otlpEndpoint.isEmpty();
  }

  /// The whole URL that they are posted to; an endpoint without a path has OTLP's own.
  public String url() {
    return OtlpUrl.whole(otlpEndpoint, PATH);
  }

  static MetricsConfig read(Settings in) {
    return new MetricsConfig(
        in.text("metrics.otlp-endpoint", ""),
        in.duration("metrics.otlp-interval", Duration.ofMinutes(1)));
  }

  void write(Listing out) {
    out.add("metrics.otlp-endpoint", otlpEndpoint).add("metrics.otlp-interval", otlpInterval);
  }
}
