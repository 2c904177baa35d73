package io.sluice.gateway.hub;

import java.util.concurrent.atomic.LongAdder;

/// How often subscribers had no room, over all loops of a node. Thread-safe.
final class LagCounts {
  private final LongAdder begun = new LongAdder();
  private final LongAdder waiting = new LongAdder();
  private final LongAdder missed = new LongAdder();

  /// A subscriber had no room for a publication that it was to be given.
  void began() {
    begun.increment();
  }

  /// One waits for room from now on.
  void waits() {
    waiting.increment();
  }

  /// One waits no more.
  void goesOn() {
    waiting.decrement();
  }

  /// Publications were left out, as the namespace has it.
  void missed(long publications) {
    missed.add(publications);
  }

  long allBegun() {
    return begun.sum();
  }

  long nowWaiting() {
    return waiting.sum();
  }

  long allMissed() {
    return missed.sum();
  }
}
