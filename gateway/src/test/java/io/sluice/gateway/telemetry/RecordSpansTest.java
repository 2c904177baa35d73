package io.sluice.gateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.sluice.broker.ByteSize;
import io.sluice.broker.Identity;
import io.sluice.broker.Position;
import io.sluice.broker.PublishOutcome;
import io.sluice.broker.RecordTraces;
import io.sluice.broker.TestPartition;
import io.sluice.broker.TracedRecord;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.config.OtlpProtocol;
import io.sluice.gateway.config.TracingConfig;
import io.sluice.gateway.hub.FanOuts;
import io.sluice.gateway.hub.Hub;
import io.sluice.gateway.hub.ManualLoop;
import io.sluice.gateway.protocol.PositionTokens;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Spans of records and publishes that do not go as they should.
final class RecordSpansTest {
  private static final NamespaceConfig POLICY = NamespaceConfig.of("t");
  private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-";
  private static final String SAMPLED = PARENT + "01";

  private final EndedSpans ended = new EndedSpans();
  private final SdkTracerProvider provider =
      SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(ended)).build();
  private final Hub hub = new Hub(List.of(new ManualLoop()), new PositionTokens("key"));
  private final TestPartition log =
      new TestPartition(POLICY.binding("default"), ByteSize.mib(1), hub);
  private final AtomicInteger skipped = new AtomicInteger();

  private RecordSpans records(double sample, int most) {
    return new RecordSpans(
        provider.get("test"),
        new Sampling(
            new TracingConfig("http://there", OtlpProtocol.HTTP_PROTOBUF, sample, most),
            skipped::incrementAndGet,
            () -> 0,
            () -> 0.5),
        hub.fanOuts());
  }

  private TracedRecord record(long offset, String traceparent) {
    return new TracedRecord(log.partition(), "a", offset, 1, 2, traceparent);
  }

  private static Optional<RecordTraces.Publish> publish(
      RecordSpans records, Optional<Identity> from) {
    return records.publishing(POLICY.binding("default"), "a", 2, from);
  }

  @AfterEach
  void close() {
    provider.close();
  }

  @Test
  void whatIsNotSampledIsNotFollowed() {
    RecordSpans records = records(1, 100);
    assertThat(records.arrived(record(1, PARENT + "00"))).isEmpty();
    assertThat(records.arrived(record(1, "nonsense"))).isEmpty();
    assertThat(skipped).hasValue(0);
  }

  @Test
  void moreThanTheBoundAreNotFollowed() {
    RecordSpans records = records(1, 1);
    assertThat(records.arrived(record(1, SAMPLED))).isPresent();
    assertThat(records.arrived(record(2, SAMPLED))).isEmpty();
    assertThat(skipped).hasValue(1);
  }

  @Test
  void aRecordThatTheWindowRefusesEndsBothSpansAsFailed() {
    records(1, 100).arrived(record(1, SAMPLED)).orElseThrow().refused();
    assertThat(ended.failed())
        .containsExactlyInAnyOrder(
            "process t: the record was read before", "fan-out t: not all event loops have had it");
    assertThat(ended.types()).containsExactlyInAnyOrder("read-before", "unfinished");
  }

  @Test
  void whereTooManyAreUnderWayTheFanOutSaysSo() {
    RecordSpans records = records(1, TracingConfig.MOST);
    for (int i = 0; i < FanOuts.MAX; i++) {
      records.arrived(record(i, SAMPLED)).orElseThrow().taken();
    }
    assertThat(ended.failed()).isEmpty();
    RecordTraces.Arrival beyond = records.arrived(record(FanOuts.MAX, SAMPLED)).orElseThrow();
    assertThat(beyond.traceparent()).startsWith(PARENT.substring(0, 36)).isNotEqualTo(SAMPLED);
    assertThat(ended.failed())
        .containsExactly("fan-out t: " + FanOuts.MAX + " fan-outs are under way already");
    assertThat(ended.types()).containsExactly("too-many");
  }

  @Test
  void ofPublishesOnlyThoseOfClientsBeginATrace() {
    RecordSpans records = records(1, 100);
    assertThat(publish(records, Optional.empty())).isEmpty();
    RecordTraces.Publish clients =
        publish(records, Optional.of(new Identity("ann", "c-1"))).orElseThrow();
    clients.answered(new PublishOutcome.Acknowledged(new Position("epoch", 8)));
    assertThat(ended.all())
        .singleElement()
        .satisfies(span -> {
          assertThat(span.getName()).isEqualTo("send t");
          assertThat(span.getParentSpanContext().isValid()).isFalse();
          assertThat(span.getAttributes().get(Names.OFFSET)).isEqualTo(7);
          assertThat(clients.traceparent()).isEqualTo(TraceParent.of(span.getSpanContext()));
        });
    assertThat(publish(records(0, 100), Optional.of(new Identity("ann", "c-1")))).isEmpty();
  }

  @Test
  void aCallersTraceThatIsNotFollowedGoesIntoTheRecord() {
    Context caller = Context.root().with(Span.wrap(TraceParent.parse(PARENT + "00").orElseThrow()));
    try (Scope _ = caller.makeCurrent()) {
      RecordTraces.Publish publish = publish(records(0, 100), Optional.empty()).orElseThrow();
      assertThat(publish.traceparent()).isEqualTo(PARENT + "00");
      publish.answered(new PublishOutcome.Unknown("x"));
    }
    assertThat(ended.all()).isEmpty();
  }

  @Test
  void aPublishThatFailsSaysHow() {
    for (PublishOutcome outcome :
        List.of(
            new PublishOutcome.Refused("full"),
            new PublishOutcome.Unknown("late"),
            new PublishOutcome.Rejected("large"))) {
      publish(records(1, 100), Optional.of(new Identity("ann", "c-1")))
          .orElseThrow()
          .answered(outcome);
    }
    assertThat(ended.failed()).containsExactly("send t: full", "send t: late", "send t: large");
    assertThat(ended.types()).containsExactly("refused", "unknown", "rejected");
  }
}
