package io.sluice.broker;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.Uuid;

/// Which commands of the control topic are executed: each once, none from before this node joined,
/// none that is stale. No clock but the broker's is asked what time it is: what it says now is what
/// it said when one of this node's own heartbeats was appended, and the time that has passed here
/// since that was read. That is never too late, and too early by at most what reading lags behind,
/// of which the least of the last heartbeats counts.
///
/// Confined to one thread.
final class CommandGate {
  /// After an outage of Kafka, or of this node's way to it, nobody waits for what is older.
  static final Duration STALE = Duration.ofSeconds(10);

  /// Ids remembered: what one node could be told in [#STALE] at several thousand a second. When
  /// there are more, a record that comes twice might be executed twice.
  static final int MAX_IDS = 1 << 16;

  private static final int HEARTBEATS = 8;

  private final Duration stale;
  private final Map<Uuid, Long> seen = new LinkedHashMap<>();
  private final long[] ahead = new long[HEARTBEATS];
  private int heartbeats;
  private long from = Long.MAX_VALUE;
  private long joined;

  CommandGate(Duration stale) {
    this.stale = stale;
  }

  /// This node reads the log from somewhere, and joins at its end.
  ///
  /// @param end the offset of the next record
  /// @param nanos when that was asked, by [System#nanoTime]
  void joined(long end, long nanos) {
    from = end;
    joined = nanos;
  }

  /// A heartbeat of this very process was read.
  ///
  /// @param appendTime by the broker, milliseconds since 1970
  /// @param nanos now
  void ownHeartbeat(long appendTime, long nanos) {
    ahead[heartbeats % HEARTBEATS] = appendTime - millis(nanos);
    heartbeats++;
  }

  /// Whether a command is to be executed; asked once for each record.
  boolean admits(long offset, long appendTime, Uuid id, long nanos) {
    if (offset < from || isStale(appendTime, nanos) || seen.containsKey(id)) {
      return false;
    }
    forget(appendTime);
    seen.put(id, appendTime);
    return true;
  }

  /// How many ids are remembered.
  int remembered() {
    return seen.size();
  }

  private boolean isStale(long appendTime, long nanos) {
    if (heartbeats == 0) {
      return nanos - joined > stale.toNanos(); // it was appended after that, nobody knows when
    }
    return brokersTime(nanos) - appendTime > stale.toMillis();
  }

  private long brokersTime(long nanos) {
    long most = Long.MIN_VALUE;
    for (int i = 0; i < Math.min(heartbeats, HEARTBEATS); i++) {
      most = Math.max(most, ahead[i]);
    }
    return millis(nanos) + most;
  }

  /// What is stale would not be executed again anyway.
  private void forget(long appendTime) {
    Iterator<Long> oldest = seen.values().iterator();
    while (oldest.hasNext()) {
      boolean old = appendTime - oldest.next() > 2 * stale.toMillis();
      if (!old && seen.size() < MAX_IDS) {
        return;
      }
      oldest.remove();
    }
  }

  private static long millis(long nanos) {
    return Math.floorDiv(nanos, 1_000_000L);
  }
}
