package io.sluice.gateway.edge;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// Lists of outboxes that are empty again, for the next that need one. Confined to the loop.
final class SpareLists {
  /// Lists kept.
  static final int MOST = 4_096;

  /// A list that held more messages than that is let go of.
  static final int LONGEST = 64;

  private final ArrayDeque<List<byte[]>> spares = new ArrayDeque<>();

  List<byte[]> take() {
    List<byte[]> spare = spares.pollLast();
    return spare == null ? new ArrayList<>() : spare;
  }

  void give(List<byte[]> list) {
    if (list.size() <= LONGEST && spares.size() < MOST) {
      list.clear();
      spares.add(list);
    }
  }
}
