package io.sluice.perf.stress;

import io.sluice.perf.load.Publisher;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Several publishers, each of some channels, so that one that waits for an answer does not hold up
/// all. One thread publishes.
final class ManyPublishers implements Publisher {
  private final List<Publisher> all = new ArrayList<>();

  ManyPublishers(int many, Supplier<Publisher> maker) {
    for (int i = 0; i < many; i++) {
      all.add(maker.get());
    }
  }

  @Override
  public void publish(String channel, byte[] payload, Outcome outcome) {
    all.get(Math.floorMod(channel.hashCode(), all.size())).publish(channel, payload, outcome);
  }

  @Override
  public void close() {
    all.forEach(Publisher::close);
  }
}
