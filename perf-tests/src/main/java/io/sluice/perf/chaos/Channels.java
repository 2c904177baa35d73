package io.sluice.perf.chaos;

import java.util.ArrayList;
import java.util.List;

/// The channels of one round: some that a producer writes to, some that are published to through
/// nodes. Their names begin with the round's, so that no round sees another's publications.
///
/// @param prefix of the names
/// @param direct how many are written to by a producer; they are the first
/// @param through how many are published to through nodes
record Channels(String prefix, int direct, int through) {
  int count() {
    return direct + through;
  }

  String name(int number) {
    return prefix + number;
  }

  /// @throws IllegalArgumentException when it is none of these
  int number(String name) {
    int number = has(name) ? Integer.parseInt(name.substring(prefix.length())) : -1;
    if (number < 0 || number >= count()) {
      throw new IllegalArgumentException("no channel of these: " + name);
    }
    return number;
  }

  /// Whether a channel of this topic is one of these.
  boolean has(String name) {
    return name.startsWith(prefix);
  }

  /// All ways of publishing: each channel that is published to through nodes has one through each.
  List<Way> ways() {
    List<Way> all = new ArrayList<>();
    for (int channel = 0; channel < direct; channel++) {
      all.add(new Way(0, channel));
    }
    for (int channel = direct; channel < count(); channel++) {
      for (int node = 1; node <= Cluster.NODES; node++) {
        all.add(new Way(node, channel));
      }
    }
    return List.copyOf(all);
  }

  List<String> names() {
    List<String> all = new ArrayList<>();
    for (int number = 0; number < count(); number++) {
      all.add(name(number));
    }
    return List.copyOf(all);
  }
}
