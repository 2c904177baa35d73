package io.sluice.gateway.config;

/// `tracing.*`: where spans go, and how many.
///
/// @param endpoint who takes them, OTLP over HTTP; "" = nothing is traced
/// @param sample the share, 0 to 1, of what begins at this node without a caller's decision
/// @param maxPerSecond how many traces this node takes part in, at most; 1 to [#MOST]
public record TracingConfig(String endpoint, double sample, int maxPerSecond) {
  /// More would be a load of its own.
  public static final int MOST = 10_000;

  /// Where a collector takes traces unless the endpoint says otherwise.
  private static final String PATH = "/v1/traces";

  private static final double LEAST_SHARE = 0;
  private static final double LARGEST_SHARE = 1;

  public TracingConfig {
    new Checks()
        .that(OtlpUrl.isOne(endpoint), OtlpUrl.problem("tracing.endpoint", endpoint))
        .that(
            LEAST_SHARE <= sample && sample <= LARGEST_SHARE,
            "tracing.sample: %s is not between 0 and 1".formatted(sample))
        .range("tracing.max-per-second", maxPerSecond, 1, MOST)
        .done();
  }

  /// Whether anything is traced.
  public boolean isOn() {
    return !endpoint.isEmpty();
  }

  /// The whole URL that spans are posted to; an endpoint without a path has OTLP's own.
  public String url() {
    return OtlpUrl.whole(endpoint, PATH);
  }

  static TracingConfig read(Settings in) {
    return new TracingConfig(
        in.text("tracing.endpoint", ""),
        in.fraction("tracing.sample", 0.01),
        in.whole("tracing.max-per-second", 100));
  }

  void write(Listing out) {
    out.add("tracing.endpoint", endpoint)
        .add("tracing.sample", sample)
        .add("tracing.max-per-second", maxPerSecond);
  }
}
