package io.sluice.perf.chaos;

/// How publications get into a channel. Publishing must come back on each way after each fault:
/// none hides behind another.
///
/// @param node that they go through, from 1; 0 for straight to Kafka
record Way(int node, int channel) {
  /// Who it is that publishes, for people.
  String publisher() {
    return node == 0 ? "publisher" : "node-" + node;
  }

  /// For people.
  String words() {
    return "channel %d, %s"
        .formatted(channel, node == 0 ? "straight to Kafka" : "through " + publisher());
  }
}
