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

  /// @throws NumberFormatException when it is none of these
  int number(String name) {
    return Integer.parseInt(name.substring(prefix.length()));
  }

  /// Whether a channel of this topic is one of these.
  boolean has(String name) {
    return name.startsWith(prefix);
  }

  List<String> names() {
    List<String> all = new ArrayList<>();
    for (int number = 0; number < count(); number++) {
      all.add(name(number));
    }
    return List.copyOf(all);
  }
}
