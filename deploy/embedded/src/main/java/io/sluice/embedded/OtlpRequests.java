package io.sluice.embedded;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.function.Consumer;

/// Takes requests to a collector apart, whatever they came over.
public final class OtlpRequests {
  private OtlpRequests() {}

  /// Passes on each span, in the order of the request.
  public static void spans(ExportTraceServiceRequest request, Consumer<CollectedSpan> to) {
    for (ResourceSpans made : request.getResourceSpansList()) {
      for (ScopeSpans scope : made.getScopeSpansList()) {
        for (Span span : scope.getSpansList()) {
          to.accept(CollectedSpan.of(span, made.getResource()));
        }
      }
    }
  }

  /// Passes on each metric, in the order of the request.
  public static void metrics(ExportMetricsServiceRequest request, Consumer<Metric> to) {
    for (ResourceMetrics made : request.getResourceMetricsList()) {
      for (ScopeMetrics scope : made.getScopeMetricsList()) {
        scope.getMetricsList().forEach(to);
      }
    }
  }
}
