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

  /// What was acknowledged last.
  private final Map<Way, Publish> acknowledged = new HashMap<>();

  synchronized void add(Publish publish) {
    if (all.size() == LIMIT) {
      throw new IllegalStateException("more than " + LIMIT + " publications in a round");
    }
    all.add(publish);
    if (publish.outcome() == Outcome.ACKNOWLEDGED) {
      acknowledged.put(publish.way(), publish);
      notifyAll();
    }
  }

  /// Waits until something that was begun since then has been acknowledged on each way, or there
  /// was the time for it.
  ///
  /// @return the positions after it, by the names of the channels, where they are known
  synchronized Map<String, Long> awaitAcknowledged(Channels channels, long since, Duration limit)
      throws IOException {
    long end = System.nanoTime() + limit.toNanos();
    try {
      for (long left = limit.toNanos();
          left > 0 && !since(since).keySet().containsAll(channels.ways());
          left = end - System.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    Map<String, Long> offsets = new HashMap<>();
    since(since)
        .forEach((way, publish) ->
            publish
                .offset()
                .ifPresent(it -> offsets.merge(channels.name(way.channel()), it, Math::max)));
    return offsets;
  }

  private Map<Way, Publish> since(long moment) {
    Map<Way, Publish> later = new HashMap<>(acknowledged);
    later.values().removeIf(it -> it.begun() - moment < 0);
    return later;
  }

  synchronized List<Publish> all() {
    return List.copyOf(all);
  }
}
