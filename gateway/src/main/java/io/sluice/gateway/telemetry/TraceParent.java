package io.sluice.gateway.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The W3C's `traceparent`, as headers of records and requests carry it. `tracestate` is neither
/// read nor written. Pure.
public final class TraceParent {
  /// The header's name.
  public static final String NAME = "traceparent";

  /// Reads the text itself, as the only field there is.
  private static final TextMapGetter<String> ITSELF =
      new TextMapGetter<>() {
        @Override
        public @Nullable String get(@Nullable String text, String field) {
          return field.equals(NAME) ? text : null;
        }
      };

  private TraceParent() {}

  /// What the text says; nothing when it is none.
  static Optional<SpanContext> parse(String text) {
    Context read = W3CTraceContextPropagator.getInstance().extract(Context.root(), text, ITSELF);
    return Optional.of(Span.fromContext(read).getSpanContext()).filter(SpanContext::isValid);
  }

  /// The text for a valid context.
  static String of(SpanContext context) {
    return "00-"
        + context.getTraceId()
        + "-"
        + context.getSpanId()
        + "-"
        + context.getTraceFlags().asHex();
  }
}
