package io.sluice.gateway.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// The spans of calls of the session store, below the calling thread's span; where that has none,
/// nothing is traced. A call lasts until it is answered, by Redis or, when that does not answer, by
/// this node's memory. For any thread.
final class StoreSpans {
  private final Tracer tracer;

  StoreSpans(Tracer tracer) {
    this.tracer = tracer;
  }

  /// @param operation one of a fixed set
  <T> CompletionStage<T> of(String operation, Supplier<CompletionStage<T>> call) {
    if (!Span.current().isRecording()) {
      return call.get();
    }
    Span span =
        tracer
            .spanBuilder(operation)
            .setSpanKind(SpanKind.CLIENT)
            .setParent(Context.current())
            .setAttribute(Names.DB_SYSTEM, "redis")
            .setAttribute(Names.DB_OPERATION, operation)
            .startSpan();
    try {
      return call.get()
          .whenComplete((_, failure) -> {
            if (failure != null) {
              failed(span, failure);
            }
            span.end();
          });
    } catch (RuntimeException e) {
      failed(span, e);
      span.end();
      throw e;
    }
  }

  /// Its message may hold what clients chose.
  private static void failed(Span span, Throwable failure) {
    RecordSpans.failed(span, "").setAttribute(Names.ERROR_TYPE, failure.getClass().getName());
  }
}
