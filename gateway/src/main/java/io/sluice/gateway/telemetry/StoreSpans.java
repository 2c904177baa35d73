package io.sluice.gateway.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// The spans of calls of the session store: of those that a request or a connect makes, below its
/// span; of those that the node makes by itself some begin a trace. A call lasts until it is
/// answered, by Redis or, when that does not answer, by this node's memory. For any thread.
///
/// @param sampling decides which of the node's own
record StoreSpans(Tracer tracer, Sampling sampling) {
  /// A call that somebody waits for: below the calling thread's span. Where that has none, nothing
  /// is traced.
  ///
  /// @param operation one of a fixed set
  <T> CompletionStage<T> of(String operation, Supplier<CompletionStage<T>> call) {
    return Span.current().isRecording()
        ? traced(begin(operation, Context.current()), call)
        : call.get();
  }

  /// A call that the node makes by itself: it has no parent, and is traced by lot, as what clients
  /// begin is.
  ///
  /// @param operation one of a fixed set
  /// @param sessions how many it is for; 1 where it is not known
  <T> CompletionStage<T> own(String operation, int sessions, Supplier<CompletionStage<T>> call) {
    if (!sampling.begins()) {
      return call.get();
    }
    Span span = begin(operation, Context.root());
    if (sessions > 1) { // one is no batch
      span.setAttribute(Names.DB_BATCH_SIZE, (long) sessions);
    }
    return traced(span, call);
  }

  private Span begin(String operation, Context parent) {
    return tracer
        .spanBuilder(operation)
        .setSpanKind(SpanKind.CLIENT)
        .setParent(parent)
        .setAttribute(Names.DB_SYSTEM, "redis")
        .setAttribute(Names.DB_OPERATION, operation)
        .startSpan();
  }

  private static <T> CompletionStage<T> traced(Span span, Supplier<CompletionStage<T>> call) {
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
    RecordSpans.failed(span, failure.getClass().getName(), "");
  }
}
