package io.sluice.gateway.edge;

import io.sluice.gateway.config.EdgeConfig;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// How often the connections of an address range are pinged: less often while they live, more often
/// after one was lost in silence, because something between forgets connections that say nothing.
/// Pure, but for what it remembers; confined to its loop.
///
/// After a loss the next rise takes twice as many answers, so that a range settles below what it
/// can bear instead of losing a connection at every try.
final class PingPace {
  /// Ranges that are remembered, of each loop; the one not asked about for longest is forgotten. At
  /// about 120 bytes each, 500 KB.
  static final int MAX_RANGES = 4_096;

  /// Answers in a row before the first rise: not from a single lucky client.
  static final int FIRST_RISE = 16;

  private static final int LATEST_RISE = 1 << 14;

  private static final class Pace {
    long intervalMs;
    int answers;
    int riseAt = FIRST_RISE;

    Pace(long intervalMs) {
      this.intervalMs = intervalMs;
    }
  }

  private final Map<AddressRange, Pace> byRange =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<AddressRange, Pace> eldest) {
          return size() > MAX_RANGES;
        }
      };

  private final long usualMs;
  private final long minMs;
  private final long maxMs;

  private PingPace(Duration usual, Duration min, Duration max) {
    this.usualMs = usual.toMillis();
    this.minMs = min.toMillis();
    this.maxMs = max.toMillis();
  }

  static PingPace of(EdgeConfig edge) {
    return new PingPace(edge.pingInterval(), edge.pingIntervalMin(), edge.pingIntervalMax());
  }

  /// Milliseconds between two pings.
  long intervalMs(AddressRange range) {
    Pace pace = byRange.get(range);
    return pace == null ? usualMs : pace.intervalMs;
  }

  /// A connection of the range was silent for its interval and then answered.
  void answered(AddressRange range) {
    if (fixed()) {
      return;
    }
    Pace pace = byRange.computeIfAbsent(range, _ -> new Pace(usualMs));
    if (++pace.answers >= pace.riseAt) {
      pace.answers = 0;
      pace.intervalMs = Math.min(maxMs, pace.intervalMs + pace.intervalMs / 4);
    }
  }

  /// A connection of the range was lost without a word.
  void lost(AddressRange range) {
    if (fixed()) {
      return;
    }
    Pace pace = byRange.computeIfAbsent(range, _ -> new Pace(usualMs));
    pace.answers = 0;
    pace.riseAt = Math.min(LATEST_RISE, 2 * pace.riseAt);
    pace.intervalMs = Math.max(minMs, pace.intervalMs / 2);
  }

  /// How many ranges are remembered.
  int size() {
    return byRange.size();
  }

  private boolean fixed() {
    return minMs == maxMs;
  }
}
