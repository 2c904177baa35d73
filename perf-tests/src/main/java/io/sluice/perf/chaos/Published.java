package io.sluice.perf.chaos;

import java.util.ArrayList;
import java.util.List;

/// Everything that was published in a round. Any thread.
final class Published {
  /// A round publishes some 20,000.
  static final int LIMIT = 1_000_000;

  private final List<Publish> all = new ArrayList<>();

  synchronized void add(Publish publish) {
    if (all.size() == LIMIT) {
      throw new IllegalStateException("more than " + LIMIT + " publications in a round");
    }
    all.add(publish);
  }

  synchronized List<Publish> all() {
    return List.copyOf(all);
  }
}
