package io.sluice.gateway.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.sluice.gateway.edge.ConnectTraces;
import java.util.function.Supplier;

/// The spans of clients' connects, `connect`, of which each begins a trace: from the command, or
/// the request of a client without commands, until it is answered or the connection has ended.
///
/// @param sampling decides which
record ConnectSpans(Tracer tracer, Sampling sampling) implements ConnectTraces {
  @Override
  public Connect begin(String transport) {
    if (!sampling.begins()) {
      return Connect.UNTRACED;
    }
    return new Traced(
        tracer
            .spanBuilder("connect")
            .setSpanKind(SpanKind.SERVER)
            .setNoParent()
            .setAttribute(Names.TRANSPORT, transport)
            .startSpan());
  }

  private record Traced(Span span) implements Connect {
    @Override
    public <T> T during(Supplier<T> work) {
      return context().call(work);
    }

    @Override
    public void say(Runnable line) {
      context().run(line);
    }

    private LoggedContext context() {
      return new LoggedContext(Context.current().with(span));
    }

    @Override
    public void answered() {
      span.end();
    }

    /// As with requests, what a client does wrong is no error of the node's.
    @Override
    public void failed(String why, Fault fault) {
      switch (fault) {
        case CLIENT -> span.setAttribute(Names.ERROR_TYPE, why).end();
        case NODE -> RecordSpans.failed(span, why, "").end();
      }
    }
  }
}
