package io.sluice.gateway.edge;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// How many each key holds of something. A key is known only as long as it holds any, so that the
/// table is never larger than what there is to hold; it needs no bound of its own and never forgets
/// a holder. For any thread.
final class Tally<K> {
  private final ConcurrentMap<K, Integer> held = new ConcurrentHashMap<>();

  /// It holds one more.
  ///
  /// @return how many it holds now
  int add(K key) {
    return held.merge(key, 1, Integer::sum);
  }

  /// It holds one less.
  void remove(K key) {
    held.merge(key, -1, (now, change) -> now + change);
    held.remove(key, 0);
  }

  int of(K key) {
    return held.getOrDefault(key, 0);
  }

  int keys() {
    return held.size();
  }
}
