package io.sluice.gateway.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/// A context of traces in which something is done, on whatever thread. Meanwhile it is the thread's
/// current one, and if its span is recording, lines that the thread logs name that: [#TRACE] and
/// [#SPAN] are in its logging context (MDC). Afterwards both are as they were before, also where
/// the work has failed: no thread keeps an id. Immutable.
///
/// @param context whose span calls of the session store, and publishes, are below
public record LoggedContext(Context context) {
  /// Lines' key for the trace's id.
  public static final String TRACE = "traceId";

  /// Lines' key for the span's id.
  public static final String SPAN = "spanId";

  /// What the calling thread works in now.
  public static LoggedContext current() {
    return new LoggedContext(Context.current());
  }

  /// Does something in it.
  public void run(Runnable work) {
    try (Scope _ = context.makeCurrent();
        Ids _ = Ids.of(Span.fromContext(context))) {
      work.run();
    }
  }

  /// The same, with an answer.
  public <T> T call(Supplier<T> work) {
    try (Scope _ = context.makeCurrent();
        Ids _ = Ids.of(Span.fromContext(context))) {
      return work.get();
    }
  }

  /// What does the same in it whenever it is called, by whatever thread.
  public <T, U> Function<T, U> around(Function<T, U> work) {
    return it -> call(() -> work.apply(it));
  }

  /// What the thread's logging context had before.
  private record Ids(@Nullable String trace, @Nullable String span) implements AutoCloseable {
    static Ids of(Span span) {
      Ids before = new Ids(MDC.get(TRACE), MDC.get(SPAN));
      SpanContext ids = span.getSpanContext();
      boolean recording = span.isRecording();
      put(TRACE, recording ? ids.getTraceId() : null);
      put(SPAN, recording ? ids.getSpanId() : null);
      return before;
    }

    private static void put(String key, @Nullable String id) {
      if (id == null) {
        MDC.remove(key);
      } else {
        MDC.put(key, id);
      }
    }

    @Override
    public void close() {
      put(TRACE, trace);
      put(SPAN, span);
    }
  }
}
