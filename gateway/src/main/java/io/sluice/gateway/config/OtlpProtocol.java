package io.sluice.gateway.config;

/// How a collector is spoken to, by the names that OpenTelemetry has for it
/// (`OTEL_EXPORTER_OTLP_PROTOCOL`).
public enum OtlpProtocol {
  /// A batch is posted to a URL.
  HTTP_PROTOBUF("http/protobuf"),
  /// A batch is a call, of a path that the protocol names.
  GRPC("grpc");

  private final String text;

  OtlpProtocol(String text) {
    this.text = text;
  }

  /// As the configuration writes it.
  @Override
  public String toString() {
    return text;
  }
}
