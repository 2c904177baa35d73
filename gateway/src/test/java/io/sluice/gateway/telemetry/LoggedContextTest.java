package io.sluice.gateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/// What lines can name while something is done in a context, and afterwards.
final class LoggedContextTest {
  private final SdkTracerProvider provider =
      SdkTracerProvider.builder()
          .addSpanProcessor(SimpleSpanProcessor.create(new EndedSpans()))
          .build();
  private final Span span = provider.get("test").spanBuilder("one").startSpan();
  private final LoggedContext traced = new LoggedContext(Context.root().with(span));

  @BeforeEach
  void nothingIsThere() {
    MDC.clear();
  }

  @AfterEach
  void close() {
    MDC.clear();
    provider.close();
  }

  private static String named() {
    return MDC.get(LoggedContext.TRACE) + " " + MDC.get(LoggedContext.SPAN);
  }

  private static String ids(Span span) {
    return span.getSpanContext().getTraceId() + " " + span.getSpanContext().getSpanId();
  }

  @Test
  void aLineNamesTheSpanMeanwhileAndNothingAfterwards() {
    List<String> seen = new ArrayList<>();
    traced.run(() -> {
      seen.add(named());
      assertThat(Span.current()).isSameAs(span);
    });
    seen.add(traced.call(LoggedContextTest::named));
    assertThat(seen).containsExactly(ids(span), ids(span));
    assertThat(named()).isEqualTo("null null");
    assertThat(Span.current().isRecording()).isFalse();
  }

  @Test
  void whatFailsLeavesNoIdBehind() {
    assertThatThrownBy(() ->
            traced.run(() -> {
              throw new IllegalStateException("as the test wants it");
            }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(named()).isEqualTo("null null");
    assertThat(Span.current().isRecording()).isFalse();
  }

  @Test
  void whatIsWithinAnotherNamesItsOwnAndThenTheOther() {
    Span inner = provider.get("test").spanBuilder("two").startSpan();
    List<String> seen = new ArrayList<>();
    traced.run(() -> {
      new LoggedContext(Context.current().with(inner)).run(() -> seen.add(named()));
      seen.add(named());
      new LoggedContext(Context.root()).run(() -> seen.add(named()));
      seen.add(named());
    });
    assertThat(seen).containsExactly(ids(inner), ids(span), "null null", ids(span));
  }

  @Test
  void aSpanThatIsNotRecordingIsNotNamed() {
    Span callers = Span.wrap(span.getSpanContext());
    String seen = new LoggedContext(Context.root().with(callers)).call(LoggedContextTest::named);
    assertThat(seen).isEqualTo("null null");
  }

  @Test
  void anotherThreadGoesOnInIt() throws Exception {
    Function<String, String> work =
        traced.call(() -> LoggedContext.current().around(text -> text + " " + named()));
    List<String> seen = new ArrayList<>();
    Thread.ofVirtual()
        .start(() -> {
          seen.add(work.apply("there"));
          seen.add(named());
        })
        .join();
    assertThat(seen).containsExactly("there " + ids(span), "null null");
  }
}
