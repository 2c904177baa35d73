package io.sluice.gateway;

import io.opentelemetry.api.trace.Span;
import io.sluice.gateway.telemetry.RequestSpans;
import io.sluice.gateway.telemetry.Tracing;
import java.util.Optional;

/// A request that is traced.
final class SomeSpan {
  private SomeSpan() {}

  /// Leaves one span to be sent.
  static void end(Tracing tracing) {
    RequestSpans requests = tracing.requests().orElseThrow();
    Span span = Span.fromContext(requests.begin("GET", "/api", "/api", Optional.empty()));
    requests.end(span, 200);
  }
}
