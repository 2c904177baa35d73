package io.sluice.perf.stress;

import io.sluice.embedded.CollectedSpan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Of many traces the slowest, [#KEPT] of each kind. Spans come one by one, in any order, from
/// several nodes: those of a trace are waited for from when it begins for [#WAITS], of at most
/// [#MOST_WAITING] traces; then it is kept or forgotten. Spans of other traces, and those that come
/// later, are counted. Any thread.
final class SlowestTraces {
  /// Of each kind.
  static final int KEPT = 10;

  /// Of a trace; of what is beyond only its time counts.
  static final int MOST_SPANS = 64;

  /// More than four a second of each kind make in [#WAITS].
  static final int MOST_WAITING = 256;

  /// A node gives a fan-out up after 10 s, sends its spans every second, and takes 3 s for it at
  /// most.
  static final Duration WAITS = Duration.ofSeconds(20);

  private static final String NODE = "service.instance.id";

  private static final Comparator<SlowTrace> SLOWEST_FIRST =
      Comparator.comparingLong(SlowTrace::micros).reversed();

  private final LongSupplier nanoClock;

  /// In the order in which they began.
  private final Map<String, Waiting> waiting = new LinkedHashMap<>();

  private final Map<TraceKind, List<SlowTrace>> slowest = new EnumMap<>(TraceKind.class);
  private long seen;
  private long late;

  SlowestTraces(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /// Spans of a trace may come from now on.
  ///
  /// @param trace its id, in hex
  synchronized void begins(String trace, TraceKind kind) {
    long now = nanoClock.getAsLong();
    settle(now);
    if (waiting.size() == MOST_WAITING) {
      settleFirst();
    }
    waiting.put(trace, new Waiting(kind, now));
  }

  /// A span has come.
  synchronized void add(CollectedSpan span) {
    settle(nanoClock.getAsLong());
    Waiting trace = waiting.get(span.trace());
    if (trace == null) {
      late++;
    } else {
      trace.add(span);
    }
  }

  /// Waits for nothing more.
  synchronized FoundTraces found() {
    while (!waiting.isEmpty()) {
      settleFirst();
    }
    return new FoundTraces(seen, late, slowest.values().stream().flatMap(List::stream).toList());
  }

  /// Those that have waited long enough.
  private void settle(long now) {
    while (!waiting.isEmpty()
        && now - waiting.values().iterator().next().since >= WAITS.toNanos()) {
      settleFirst();
    }
  }

  private void settleFirst() {
    Iterator<Map.Entry<String, Waiting>> first = waiting.entrySet().iterator();
    Map.Entry<String, Waiting> trace = first.next();
    String id = trace.getKey();
    Waiting spans = trace.getValue();
    first.remove();
    if (spans.isEmpty()) {
      return; // nobody took part in it
    }
    seen++;
    List<SlowTrace> those = slowest.computeIfAbsent(spans.kind, _ -> new ArrayList<>());
    if (those.size() < KEPT || spans.micros() > those.getLast().micros()) {
      those.add(spans.told(id));
      those.sort(SLOWEST_FIRST);
      if (those.size() > KEPT) {
        those.removeLast();
      }
    }
  }

  /// What is kept of a span.
  ///
  /// @param start nanoseconds since 1970
  /// @param end the same
  private record Kept(
      String name, String node, String id, String parent, long start, boolean failed, long end) {}

  /// A trace of which spans may still come.
  private static final class Waiting {
    private final TraceKind kind;
    private final long since;
    private final List<Kept> spans = new ArrayList<>();
    private long start = Long.MAX_VALUE;
    private long end = Long.MIN_VALUE;
    private int more;

    /// @param since by the clock
    Waiting(TraceKind kind, long since) {
      this.kind = kind;
      this.since = since;
    }

    boolean isEmpty() {
      return spans.isEmpty();
    }

    void add(CollectedSpan span) {
      start = Math.min(start, span.start());
      end = Math.max(end, span.end());
      if (spans.size() == MOST_SPANS) {
        more++;
        return;
      }
      spans.add(
          new Kept(
              span.name(),
              span.resource().getOrDefault(NODE, "?"),
              span.id(),
              span.parent(),
              span.start(),
              span.failed(),
              span.end()));
    }

    long micros() {
      return TimeUnit.NANOSECONDS.toMicros(end - start);
    }

    SlowTrace told(String id) {
      Map<String, Kept> byId = new HashMap<>();
      spans.forEach(span -> byId.put(span.id(), span));
      return new SlowTrace(
          kind,
          TimeUnit.NANOSECONDS.toMillis(start),
          id,
          micros(),
          more,
          spans.stream()
              .sorted(Comparator.comparingLong(Kept::start))
              .map(span ->
                  new SlowTrace.Span(
                      span.name(),
                      span.node(),
                      depth(span, byId),
                      TimeUnit.NANOSECONDS.toMicros(span.start() - start),
                      span.failed(),
                      TimeUnit.NANOSECONDS.toMicros(span.end() - span.start())))
              .toList());
    }

    /// Ends for spans that are each other's parents, too.
    private static int depth(Kept span, Map<String, Kept> byId) {
      int depth = 0;
      Kept above = byId.get(span.parent());
      while (above != null && depth < byId.size()) {
        depth++;
        above = byId.get(above.parent());
      }
      return depth;
    }
  }
}
