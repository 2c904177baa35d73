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

  /// What was acknowledged last, by channel, and by the node that it went through.
  private final Map<Integer, Publish> acknowledged = new HashMap<>();

  private final Map<Integer, Publish> byNode = new HashMap<>();

  synchronized void add(Publish publish) {
    if (all.size() == LIMIT) {
      throw new IllegalStateException("more than " + LIMIT + " publications in a round");
    }
    all.add(publish);
    if (publish.outcome() == Outcome.ACKNOWLEDGED) {
      acknowledged.put(publish.channel(), publish);
      byNode.put(publish.node(), publish);
      notifyAll();
    }
  }

  /// Waits until something that was begun since then has been acknowledged in each channel, and by
  /// each node, or there was the time for it.
  ///
  /// @return the positions after it, by the names of the channels, where they are known
  synchronized Map<String, Long> awaitAcknowledged(Channels channels, long since, Duration limit)
      throws IOException {
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
    Map<String, Long> offsets = new HashMap<>();
    for (Publish publish : since(since, acknowledged)) {
      publish.offset().ifPresent(it -> offsets.put(channels.name(publish.channel()), it));
    }
    return offsets;
  }

  private boolean isAcknowledged(Channels channels, long since) {
    int ways = Cluster.NODES + 1; // and straight to Kafka
    return since(since, acknowledged).size() == channels.count()
        && since(since, byNode).size() == ways;
  }

  private static List<Publish> since(long moment, Map<Integer, Publish> last) {
    return last.values().stream().filter(it -> it.begun() - moment >= 0).toList();
  }

  synchronized List<Publish> all() {
    return List.copyOf(all);
  }
}
