package io.sluice.perf.chaos;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/// Gives each round its faults, in an order that the seed decides. All kinds are shared out evenly
/// over [#ROUNDS] rounds, and none comes again before all others have. One thread.
final class Deck {
  /// With the kinds there are, so many rounds have faults of a little more than 60 s each.
  static final int ROUNDS = 3;

  private final List<Fault> kinds;
  private final Random random;
  private final Deque<List<Fault>> left = new ArrayDeque<>();

  Deck(List<Fault> kinds, Random random) {
    this.kinds = List.copyOf(kinds);
    this.random = random;
  }

  /// The next round's.
  List<Fault> deal() {
    if (left.isEmpty()) {
      left.addAll(hands());
    }
    return left.removeFirst();
  }

  /// Each fault goes to the hand that is shortest so far, and those that take longer than usual go
  /// first: so no hand is longer than another by much.
  private List<List<Fault>> hands() {
    List<Fault> shuffled = new ArrayList<>(kinds);
    Collections.shuffle(shuffled, random);
    Duration usual = lasting(kinds).dividedBy(Math.max(1, kinds.size()));
    shuffled.sort(Comparator.comparing(fault -> fault.about().compareTo(usual) < 0));
    List<List<Fault>> hands = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      hands.add(new ArrayList<>());
    }
    for (Fault fault : shuffled) {
      Collections.min(hands, Comparator.comparing(Deck::lasting)).add(fault);
    }
    hands.removeIf(List::isEmpty);
    hands.forEach(hand -> Collections.shuffle(hand, random));
    Collections.shuffle(hands, random);
    return hands;
  }

  /// How long faults take, one after another.
  static Duration lasting(List<Fault> faults) {
    return faults.stream().map(Fault::about).reduce(Duration.ZERO, Duration::plus);
  }
}
