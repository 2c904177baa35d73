package io.sluice.perf.chaos;

import io.sluice.perf.chaos.Publish.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Everything that was published in a round. Any thread.
final class Published {
  /// A round publishes some 20,000.
  static final int LIMIT = 1_000_000;

  private final List<Publish> all = new ArrayList<>();

  /// When something was acknowledged last, by channel.
  private final Map<Integer, Long> acknowledged = new HashMap<>();

  synchronized void add(Publish publish) {
    if (all.size() == LIMIT) {
      throw new IllegalStateException("more than " + LIMIT + " publications in a round");
    }
    all.add(publish);
    if (publish.outcome() == Outcome.ACKNOWLEDGED) {
      acknowledged.put(publish.channel(), publish.answered());
      notifyAll();
    }
  }

  /// Waits until something has been acknowledged in each channel since then, or there was the time
  /// for it.
  synchronized void awaitAcknowledged(int channels, long since, Duration limit) throws IOException {
    long end = System.nanoTime() + limit.toNanos();
    try {
      for (long left = limit.toNanos();
          left > 0 && !isAcknowledged(channels, since);
          left = end - System.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private boolean isAcknowledged(int channels, long since) {
    return acknowledged.size() == channels
        && acknowledged.values().stream().allMatch(at -> at - since >= 0);
  }

  synchronized List<Publish> all() {
    return List.copyOf(all);
  }
}
