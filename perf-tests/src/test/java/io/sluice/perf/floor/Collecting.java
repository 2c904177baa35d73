package io.sluice.perf.floor;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.broker.Position;
import io.sluice.perf.ClientEvents;
import java.util.ArrayList;
import java.util.List;

/// Keeps what a client is told.
final class Collecting implements ClientEvents {
  private final List<Long> offsets = new ArrayList<>();
  private final List<String> data = new ArrayList<>();
  private final List<Recovery> recoveries = new ArrayList<>();

  @Override
  public synchronized void subscribed(String channel, Recovery recovery, Position position) {
    recoveries.add(recovery);
  }

  @Override
  public synchronized void received(String channel, Position position, JsonNode node) {
    offsets.add(position.offset());
    data.add(node.toString());
  }

  synchronized List<Long> offsets() {
    return List.copyOf(offsets);
  }

  synchronized List<String> data() {
    return List.copyOf(data);
  }

  synchronized List<Recovery> recoveries() {
    return List.copyOf(recoveries);
  }
}
