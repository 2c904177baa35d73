package io.sluice.perf.chaos;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/// Gives each round its faults, some 60 s of them, in an order that the seed decides. No kind comes
/// again before all others have. One thread.
final class Deck {
  private final List<Fault> kinds;
  private final Duration round;
  private final Random random;
  private final Deque<Fault> left = new ArrayDeque<>();

  /// @param round how long one is
  Deck(List<Fault> kinds, Duration round, Random random) {
    this.kinds = List.copyOf(kinds);
    this.round = round;
    this.random = random;
  }

  /// The next round's; at least one.
  List<Fault> deal() {
    List<Fault> hand = new ArrayList<>();
    Duration rest = round;
    do {
      if (left.isEmpty()) {
        List<Fault> shuffled = new ArrayList<>(kinds);
        Collections.shuffle(shuffled, random);
        left.addAll(shuffled);
      }
      Fault next = left.removeFirst();
      hand.add(next);
      rest = rest.minus(next.about());
    } while (!rest.isNegative() && !rest.isZero());
    return hand;
  }
}
