package io.sluice.gateway.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.sluice.broker.Position;
import io.sluice.broker.PublishOutcome;
import io.sluice.broker.RecordTraces;
import io.sluice.broker.TopicBinding;
import java.time.Duration;

/// The span of one publish, `send TOPIC`: from the moment it is asked for until it is answered, its
/// wait in the publisher's queue included.
final class SendSpan implements RecordTraces.Publish {
  private final Span span;

  /// Begins it, below the calling thread's span if there is one.
  SendSpan(Tracer tracer, TopicBinding binding, String key, int bytes) {
    span =
        tracer
            .spanBuilder("send " + binding.topic())
            .setSpanKind(SpanKind.PRODUCER)
            .setParent(Context.current())
            .setAttribute(Names.SYSTEM, Names.KAFKA)
            .setAttribute(Names.OPERATION, "send")
            .setAttribute(Names.OPERATION_TYPE, "send")
            .setAttribute(Names.TOPIC, binding.topic())
            .setAttribute(Names.KEY, key)
            .setAttribute(Names.BODY_SIZE, (long) bytes)
            .setAttribute(Names.NAMESPACE, binding.namespace())
            .startSpan();
  }

  @Override
  public String traceparent() {
    return TraceParent.of(span.getSpanContext());
  }

  @Override
  public void answered(PublishOutcome outcome) {
    switch (outcome) {
      case PublishOutcome.Acknowledged(Position position) -> stored(position.offset() - 1);
      case PublishOutcome.Refused(String reason, Duration _) -> failed("refused", reason);
      case PublishOutcome.Unknown(String reason) -> failed("unknown", reason);
      case PublishOutcome.Rejected(String reason) -> failed("rejected", reason);
    }
    span.end();
  }

  /// @param offset the record's; below 0 where Kafka does not know it any more
  private void stored(long offset) {
    if (offset >= 0) {
      span.setAttribute(Names.OFFSET, offset);
    }
  }

  private void failed(String type, String reason) {
    RecordSpans.failed(span, type, reason);
  }
}
