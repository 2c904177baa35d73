package io.sluice.gateway.edge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.function.LongSupplier;

/// Clients that were closed because they do not read. One that comes back at once each time and is
/// closed again costs more than a client should: from the third close in five minutes on it must
/// wait, twice as long after each further one. Connections that were open side by side count as
/// one: a network that stalls closes all of them. Bounded; what is forgotten may come. Thread-safe.
final class SlowCloses {
  static final int FREE = 2;
  static final Duration SPAN = Duration.ofMinutes(5);
  static final Duration SHORTEST = Duration.ofSeconds(30);
  static final Duration LONGEST = Duration.ofMinutes(16);

  private static final int MOST_CLIENTS = 10_000;

  /// @param closes in a row, each within [#SPAN] of the one before or of the end of its wait
  /// @param at when the last of them was
  /// @param until when it may come again
  private record Known(int closes, long at, long until) {}

  private final LongSupplier nanoTime;
  private final Cache<String, Known> records;

  /// @param nanoTime the time, as [System#nanoTime]
  SlowCloses(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    Ticker ticker = nanoTime::getAsLong;
    this.records =
        Caffeine.newBuilder()
            .maximumSize(MOST_CLIENTS)
            .expireAfterWrite(LONGEST.plus(SPAN))
            .ticker(ticker)
            .executor(Runnable::run)
            .build();
  }

  /// A client was closed.
  ///
  /// @param opened when its connection began
  void closed(String client, long opened) {
    long now = nanoTime.getAsLong();
    var _ =
        records
            .asMap()
            .compute(
                client,
                (_, known) -> {
                  if (known != null && opened - known.at < 0) {
                    return known;
                  }
                  boolean fresh = known == null || now - known.until > SPAN.toNanos();
                  int closes = fresh ? 1 : known.closes + 1;
                  return new Known(closes, now, now + wait(closes).toNanos());
                });
  }

  private static Duration wait(int closes) {
    if (closes <= FREE) {
      return Duration.ZERO;
    }
    int doublings = Math.min(closes - FREE - 1, 5); // then it is LONGEST
    Duration wait = SHORTEST.multipliedBy(1L << doublings);
    return wait.compareTo(LONGEST) < 0 ? wait : LONGEST;
  }

  /// Whether it may not come yet.
  boolean mustWait(String client) {
    Known known = records.getIfPresent(client);
    return known != null && nanoTime.getAsLong() - known.until < 0;
  }
}
