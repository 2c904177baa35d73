package io.sluice.perf.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.embedded.CollectedSpan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class SlowestTracesTest {
  private static final long START = TimeUnit.SECONDS.toNanos(1_800_000_000);

  private final AtomicLong clock = new AtomicLong(7);
  private final SlowestTraces traces = new SlowestTraces(clock::get);

  /// A span that begins and ends so many µs after the others begin at the earliest.
  private static CollectedSpan span(String trace, String id, String parent, long from, long to) {
    return new CollectedSpan(
        "span " + id,
        "internal",
        trace,
        id,
        parent,
        List.of(),
        Map.of("much", "more"),
        Map.of("service.instance.id", "node-1"),
        id.equals("failed"),
        START + TimeUnit.MICROSECONDS.toNanos(from),
        START + TimeUnit.MICROSECONDS.toNanos(to));
  }

  private void whole(String trace, TraceKind kind, long micros) {
    traces.begins(trace, kind);
    traces.add(span(trace, "only", "", 0, micros));
  }

  @Test
  void theSlowestOfEachKindAreKeptTheSlowestFirst() {
    List<Integer> order = new ArrayList<>(IntStream.rangeClosed(1, 100).boxed().toList());
    Collections.shuffle(order, new Random(42));
    order.forEach(micros -> whole("p" + micros, TraceKind.PUBLICATION, micros));
    whole("r2", TraceKind.REQUEST, 2);
    whole("r3", TraceKind.REQUEST, 3);

    FoundTraces found = traces.found();

    assertThat(found.of(TraceKind.PUBLICATION))
        .extracting(SlowTrace::micros)
        .containsExactlyElementsOf(
            LongStream.range(0, SlowestTraces.KEPT).mapToObj(it -> 100 - it).toList());
    assertThat(found.of(TraceKind.REQUEST)).extracting(SlowTrace::id).containsExactly("r3", "r2");
    assertThat(found.slowest()).hasSize(SlowestTraces.KEPT + 2);
    assertThat(found.seen()).isEqualTo(102);
    assertThat(found.late()).isZero();
  }

  @Test
  void spansAreTheirPartOfTheTraceWhateverTheirOrder() {
    traces.begins("t", TraceKind.REQUEST);
    traces.add(span("t", "c", "b", 3_000, 9_500));
    traces.add(span("t", "a", "elsewhere", 1_000, 8_000));
    traces.add(span("t", "failed", "a", 4_000, 4_000));
    traces.add(span("t", "b", "a", 2_000, 5_000));

    assertThat(traces.found().slowest())
        .containsExactly(
            new SlowTrace(
                TraceKind.REQUEST,
                TimeUnit.NANOSECONDS.toMillis(START) + 1,
                "t",
                8_500,
                0,
                List.of(
                    new SlowTrace.Span("span a", "node-1", 0, 0, false, 7_000),
                    new SlowTrace.Span("span b", "node-1", 1, 1_000, false, 3_000),
                    new SlowTrace.Span("span c", "node-1", 2, 2_000, false, 6_500),
                    new SlowTrace.Span("span failed", "node-1", 1, 3_000, true, 0))));
  }

  @Test
  void ofATraceWithTooManySpansOnlyTheTimeIsKept() {
    traces.begins("t", TraceKind.PUBLICATION);
    for (int i = 0; i < SlowestTraces.MOST_SPANS; i++) {
      traces.add(span("t", "s" + i, "", 10, 20));
    }
    traces.add(span("t", "before", "", 5, 6));
    traces.add(span("t", "after", "", 30, 105));

    assertThat(traces.found().slowest())
        .singleElement()
        .satisfies(trace -> {
          assertThat(trace.spans()).hasSize(SlowestTraces.MOST_SPANS);
          assertThat(trace.more()).isEqualTo(2);
          assertThat(trace.micros()).isEqualTo(100);
        });
  }

  @Test
  void noMoreTracesAreWaitedForThanThereIsRoomForAndTheFirstGoesFirst() {
    for (int i = 0; i <= SlowestTraces.MOST_WAITING; i++) {
      traces.begins("t" + i, TraceKind.PUBLICATION);
    }
    traces.add(span("t0", "late", "", 0, 9));
    traces.add(span("t1", "just", "", 0, 8));
    traces.add(span("t" + SlowestTraces.MOST_WAITING, "new", "", 0, 7));

    FoundTraces found = traces.found();

    assertThat(found.late()).isEqualTo(1);
    assertThat(found.slowest())
        .extracting(SlowTrace::id)
        .containsExactly("t1", "t" + SlowestTraces.MOST_WAITING);
  }

  /// Though nothing else begins.
  @Test
  void aTraceIsNotWaitedForAnyLonger() {
    traces.begins("t", TraceKind.PUBLICATION);
    clock.addAndGet(SlowestTraces.WAITS.toNanos() - 1);
    traces.add(span("t", "just", "", 0, 5));
    clock.addAndGet(1);
    traces.add(span("t", "late", "", 0, 50));

    FoundTraces found = traces.found();

    assertThat(found.slowest()).extracting(SlowTrace::micros).containsExactly(5L);
    assertThat(found.late()).isEqualTo(1);
  }

  @Test
  void spansOfTracesThatTheRunHasNotBegunAreCountedOnlyAndSoIsNoTraceWithoutSpans() {
    traces.begins("nobody took part", TraceKind.REQUEST);
    traces.add(span("somebody else's", "s", "", 0, 5));

    assertThat(traces.found()).isEqualTo(new FoundTraces(0, 1, List.of()));
  }

  @Test
  void spansThatAreEachOthersParentsAreShownAllTheSame() {
    traces.begins("t", TraceKind.REQUEST);
    traces.add(span("t", "a", "b", 0, 5));
    traces.add(span("t", "b", "a", 0, 5));
    traces.add(span("t", "itself", "itself", 0, 5));

    assertThat(traces.found().slowest())
        .singleElement()
        .satisfies(trace -> assertThat(trace.spans()).hasSize(3));
  }
}
