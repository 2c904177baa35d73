package io.sluice.gateway.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Optional;

/// The spans of requests to the HTTP API, `METHOD ROUTE`, below the caller's where it names one.
/// For any thread.
public final class RequestSpans {
  /// Statuses from here on are this node's fault.
  private static final int SERVER_ERROR = 500;

  private final Tracer tracer;
  private final Sampling sampling;

  RequestSpans(Tracer tracer, Sampling sampling) {
    this.tracer = tracer;
    this.sampling = sampling;
  }

  /// A request begins.
  ///
  /// @param route one of a fixed set
  /// @param path without the query, which may hold secrets
  /// @param traceparent what the caller says in that header
  /// @return what to work in: with a span that is recording, which [#end] is owed, or with the
  ///   caller's, or with none
  public Context begin(String method, String route, String path, Optional<String> traceparent) {
    Optional<SpanContext> caller = traceparent.flatMap(TraceParent::parse);
    Context parent = caller.map(it -> Context.root().with(Span.wrap(it))).orElseGet(Context::root);
    if (!caller.map(sampling::follows).orElseGet(sampling::begins)) {
      return parent;
    }
    Span span =
        tracer
            .spanBuilder(method + " " + route)
            .setSpanKind(SpanKind.SERVER)
            .setParent(parent)
            .setAttribute(Names.METHOD, method)
            .setAttribute(Names.ROUTE, route)
            .setAttribute(Names.PATH, path)
            .setAttribute(Names.SCHEME, "http")
            .startSpan();
    return parent.with(span);
  }

  /// It was answered.
  public void end(Span span, int status) {
    span.setAttribute(Names.STATUS, (long) status);
    if (status >= SERVER_ERROR) {
      RecordSpans.failed(span, Integer.toString(status), "");
    }
    span.end();
  }
}
