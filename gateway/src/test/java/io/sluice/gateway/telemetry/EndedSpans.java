package io.sluice.gateway.telemetry;

import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// Keeps the spans that have ended.
final class EndedSpans implements SpanExporter {
  private final List<SpanData> spans = new CopyOnWriteArrayList<>();

  List<SpanData> all() {
    return spans;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> more) {
    spans.addAll(more);
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public CompletableResultCode flush() {
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public CompletableResultCode shutdown() {
    return CompletableResultCode.ofSuccess();
  }

  /// What those say of themselves that have failed.
  List<String> types() {
    return spans.stream()
        .flatMap(span -> Optional.ofNullable(span.getAttributes().get(Names.ERROR_TYPE)).stream())
        .toList();
  }

  /// Those that have failed, with the reason for people.
  List<String> failed() {
    return spans.stream()
        .filter(span -> span.getStatus().getStatusCode() == StatusCode.ERROR)
        .map(span -> span.getName() + ": " + span.getStatus().getDescription())
        .toList();
  }
}
