package io.sluice.gateway.config;

/// `tracing.*`: where spans go, and how many.
///
/// @param endpoint who takes them by OTLP; "" = nothing is traced
/// @param protocol how they are sent there
/// @param sample the share, 0 to 1, of what begins at this node without a caller's decision
/// @param maxPerSecond how many traces this node takes part in, at most; 1 to [#MOST]
public record TracingConfig(
    String endpoint, OtlpProtocol protocol, double sample, int maxPerSecond) {
  /// More would be a load of its own.
  public static final int MOST = 10_000;

  /// Where a collector takes traces over HTTP unless the endpoint says otherwise.
  private static final String PATH = "/v1/traces";

  private static final double LEAST_SHARE = 0;
  private static final double LARGEST_SHARE = 1;

  public TracingConfig {
    new Checks()
        .that(
            OtlpUrl.isOne(endpoint, protocol),
            OtlpUrl.problem("tracing.endpoint", endpoint, protocol))
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

  /// Over HTTP the whole URL that spans are posted to, with OTLP's own path where the endpoint has
  /// none; over gRPC `SCHEME://HOST:PORT`.
  public String url() {
    return OtlpUrl.whole(endpoint, protocol, PATH);
  }

  static TracingConfig read(Settings in) {
    return new TracingConfig(
        in.text("tracing.endpoint", ""),
        in.choice("tracing.protocol", OtlpProtocol.HTTP_PROTOBUF),
        in.fraction("tracing.sample", 0.01),
        in.whole("tracing.max-per-second", 100));
  }

  void write(Listing out) {
    out.add("tracing.endpoint", endpoint)
        .add("tracing.protocol", protocol)
        .add("tracing.sample", sample)
        .add("tracing.max-per-second", maxPerSecond);
  }
}
