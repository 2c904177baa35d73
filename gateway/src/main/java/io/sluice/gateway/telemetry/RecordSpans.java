package io.sluice.gateway.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.sluice.broker.Identity;
import io.sluice.broker.RecordTraces;
import io.sluice.broker.TopicBinding;
import io.sluice.broker.TracedRecord;
import io.sluice.gateway.hub.FanOuts;
import io.sluice.gateway.hub.Followed;
import java.util.Optional;

/// The spans of a record on its way through this node: `process TOPIC`, from the poll into the
/// window, and below it `fan-out TOPIC`, until it was given to all subscribers. Both are in the
/// producer's trace and link to its span; there is one of each for a publication and node, however
/// many its subscribers are. And the spans of publishes, `send TOPIC`.
///
/// A record without a `traceparent`, or one that is not sampled, is not traced: each node would
/// begin a trace of its own. For any thread.
final class RecordSpans implements RecordTraces {
  private final Tracer tracer;
  private final Sampling sampling;
  private final FanOuts fanOuts;

  RecordSpans(Tracer tracer, Sampling sampling, FanOuts fanOuts) {
    this.tracer = tracer;
    this.sampling = sampling;
    this.fanOuts = fanOuts;
  }

  @Override
  public Optional<Arrival> arrived(TracedRecord record) {
    return TraceParent.parse(record.traceparent())
        .filter(sampling::follows)
        .map(producer -> new InWindow(record, producer));
  }

  private static Attributes where(TracedRecord record, String operation) {
    TopicBinding binding = record.partition().binding();
    return Attributes.builder()
        .put(Names.SYSTEM, Names.KAFKA)
        .put(Names.OPERATION, operation)
        .put(Names.OPERATION_TYPE, "process")
        .put(Names.TOPIC, binding.topic())
        .put(Names.PARTITION, Integer.toString(record.partition().partition()))
        .put(Names.OFFSET, record.offset())
        .put(Names.KEY, record.key())
        .put(Names.BODY_SIZE, (long) record.bytes())
        .put(Names.NAMESPACE, binding.namespace())
        .build();
  }

  /// The spans of one record. Confined to its tailer, but for what [FanOuts] tells.
  private final class InWindow implements Arrival, FanOuts.Told {
    private final Span process;
    private final Span fanOut;
    private final Followed followed;

    InWindow(TracedRecord record, SpanContext producer) {
      String topic = record.partition().binding().topic();
      Context begun = Context.root().with(Span.wrap(producer));
      process =
          tracer
              .spanBuilder("process " + topic)
              .setSpanKind(SpanKind.CONSUMER)
              .setParent(begun)
              .addLink(producer)
              .setAllAttributes(where(record, "process"))
              .startSpan();
      fanOut =
          tracer
              .spanBuilder("fan-out " + topic)
              .setSpanKind(SpanKind.INTERNAL)
              .setParent(begun.with(process))
              .addLink(producer)
              .setAllAttributes(where(record, "fan-out"))
              .startSpan();
      SpanContext own = fanOut.getSpanContext();
      followed =
          new Followed(
              record.partition(),
              record.offset(),
              record.key(),
              record.time(),
              own.getTraceId(),
              own.getSpanId());
      if (!fanOuts.follow(followed, this)) {
        failed(fanOut, "too-many", "%d fan-outs are under way already".formatted(FanOuts.MAX))
            .end();
      }
    }

    @Override
    public String traceparent() {
      return TraceParent.of(fanOut.getSpanContext());
    }

    @Override
    public void taken() {
      process.end();
    }

    @Override
    public void refused() {
      fanOuts.forget(followed);
      failed(process, "read-before", "the record was read before").end();
    }

    @Override
    public void given(long subscriptions) {
      fanOut.setAttribute(Names.SUBSCRIPTIONS, subscriptions).end();
    }

    @Override
    public void gaveUp(long subscriptions) {
      failed(fanOut, "unfinished", "not all event loops have had it")
          .setAttribute(Names.SUBSCRIPTIONS, subscriptions)
          .end();
    }
  }

  /// A span that says what has failed; it has not ended by that.
  ///
  /// @param type one of a fixed set
  /// @param why for people; may be empty
  static Span failed(Span span, String type, String why) {
    return span.setStatus(StatusCode.ERROR, why).setAttribute(Names.ERROR_TYPE, type);
  }

  /// Below the span of the request that publishes. A client's publish begins a trace of its own; a
  /// request that is not traced leaves its caller's `traceparent` to the record.
  @Override
  public Optional<Publish> publishing(
      TopicBinding binding, String key, int bytes, Optional<Identity> from) {
    Span request = Span.current();
    if (request.isRecording() || (from.isPresent() && sampling.begins())) {
      return Optional.of(new SendSpan(tracer, binding, key, bytes));
    }
    return Optional.of(request.getSpanContext())
        .filter(SpanContext::isValid)
        .map(caller -> new PassedOn(TraceParent.of(caller)));
  }
}
