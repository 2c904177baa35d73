package io.sluice.perf.bench;

import java.util.HashMap;
import java.util.Map;
import java.util.function.ObjDoubleConsumer;

/// Divides what contenders need by what the floor needs in the same round: a machine's mood, which
/// lasts longer than a round, is no part of that. Contenders come before the floor. One thread.
final class AgainstFloor {
  private final Map<Contender, Double> waiting = new HashMap<>();

  /// A contender begins a round; what it needed in an earlier one is forgotten.
  void begins(Contender contender) {
    waiting.remove(contender);
  }

  /// What a contender needs in this round.
  ///
  /// @param ratio told the ratios when this is the floor
  void needs(Contender contender, double value, ObjDoubleConsumer<Contender> ratio) {
    switch (contender) {
      case Floor floor when floor.isTheLimit() -> {
        waiting.forEach((other, needed) -> ratio.accept(other, needed / value));
        waiting.clear();
      }
      case Floor _ -> {
        // a yardstick too
      }
      default -> waiting.put(contender, value);
    }
  }
}
