package io.sluice.gateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.sluice.gateway.config.OtlpProtocol;
import io.sluice.gateway.config.TracingConfig;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Which calls of the session store are traced, and below what.
final class StoreSpansTest {
  private final EndedSpans ended = new EndedSpans();
  private final SdkTracerProvider provider =
      SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(ended)).build();
  private final Span request = provider.get("test").spanBuilder("request").startSpan();
  private final AtomicInteger skipped = new AtomicInteger();
  private final AtomicInteger called = new AtomicInteger();

  private StoreSpans spans(double sample, int most) {
    return new StoreSpans(
        provider.get("test"),
        new Sampling(
            new TracingConfig("http://there", OtlpProtocol.HTTP_PROTOBUF, sample, most),
            skipped::incrementAndGet,
            () -> 0,
            () -> 0.5));
  }

  private CompletableFuture<Integer> call() {
    return CompletableFuture.completedFuture(called.incrementAndGet());
  }

  @AfterEach
  void close() {
    provider.close();
  }

  @Test
  void whatNobodyTracedAsksForIsNotTraced() {
    assertThat(spans(1, 100).of("sessions.find", this::call)).isCompletedWithValue(1);
    assertThat(ended.all()).isEmpty();
  }

  @Test
  void whatIsAskedForWithinASpanIsBelowIt() {
    var _ =
        new LoggedContext(Context.root().with(request))
            .call(() -> spans(0, 100).of("sessions.find", this::call));
    assertThat(ended.all())
        .singleElement()
        .extracting(SpanData::getParentSpanId)
        .isEqualTo(request.getSpanContext().getSpanId());
  }

  @Test
  void whatTheNodeDoesByItselfHasNoParentAndSaysForHowManyItIs() {
    var _ =
        new LoggedContext(Context.root().with(request))
            .call(() -> spans(1, 100).own("sessions.checkpoint", 256, this::call));
    assertThat(ended.all())
        .singleElement()
        .satisfies(span -> {
          assertThat(span.getParentSpanContext().isValid()).isFalse();
          assertThat(span.getAttributes().get(Names.DB_BATCH_SIZE)).isEqualTo(256);
        });
  }

  @Test
  void ofItAShareIsTakenByLotAndNoMoreASecondThanOfAllElse() {
    StoreSpans few = spans(0.4, 100);
    StoreSpans many = spans(0.6, 2);
    for (int i = 0; i < 5; i++) {
      var _ = few.own("sessions.close", 1, this::call);
    }
    assertThat(ended.all()).isEmpty();
    assertThat(skipped).hasValue(0);
    for (int i = 0; i < 5; i++) {
      var _ = many.own("sessions.close", 1, this::call);
    }
    assertThat(ended.all()).hasSize(2);
    assertThat(skipped).hasValue(3);
    assertThat(called).as("it is done in any case").hasValue(10);
  }

  @Test
  void oneThatFailsSaysHow() {
    var _ =
        spans(1, 100)
            .own(
                "sessions.sweep",
                1,
                () -> CompletableFuture.failedFuture(new IllegalStateException("of ann's")));
    assertThat(ended.failed()).containsExactly("sessions.sweep: ");
    assertThat(ended.types()).containsExactly("java.lang.IllegalStateException");
  }
}
