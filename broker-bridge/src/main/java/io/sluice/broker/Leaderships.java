package io.sluice.broker;

import java.util.ArrayList;
import java.util.List;

/// Under which of Kafka's leader epochs the records of a log were written that a node has read, and
/// from where on. Kafka says that records are others now only of those beyond an offset; those of a
/// leadership that the log does not have any more are others below it, too. Immutable.
final class Leaderships {
  /// More are not told apart: the oldest count as the one after them.
  static final int MAX = 64;

  /// Of a log of which nothing was read.
  static final Leaderships NONE = new Leaderships(List.of());

  /// @param first where its records begin, or a lower offset
  private record Leadership(int number, long first) {}

  private final List<Leadership> all;

  private Leaderships(List<Leadership> all) {
    this.all = all;
  }

  /// One alone.
  ///
  /// @param first where its records begin
  static Leaderships of(int number, long first) {
    return number < 0 ? NONE : new Leaderships(List.of(new Leadership(number, first)));
  }

  /// The newest; −1 when none is known.
  int last() {
    return all.isEmpty() ? -1 : all.getLast().number();
  }

  /// Where the newest one's records begin; 0 when none is known.
  long first() {
    return all.isEmpty() ? 0 : all.getLast().first();
  }

  /// With a later one; the same when it is none.
  ///
  /// @param first where its records begin, or a lower offset
  Leaderships then(int number, long first) {
    if (number <= last()) {
      return this;
    }
    List<Leadership> more = new ArrayList<>(all);
    more.add(new Leadership(number, first));
    if (more.size() > MAX) {
      Leadership oldest = more.removeFirst();
      more.set(0, new Leadership(more.getFirst().number(), oldest.first()));
    }
    return new Leaderships(List.copyOf(more));
  }

  /// Those up to this one.
  Leaderships upTo(int number) {
    return new Leaderships(all.stream().filter(it -> it.number() <= number).toList());
  }

  /// Where records begin that were written under a later leadership than this one; beyond all
  /// offsets when there are none.
  long firstAfter(int number) {
    return all.stream()
        .filter(it -> it.number() > number)
        .mapToLong(Leadership::first)
        .findFirst()
        .orElse(Long.MAX_VALUE);
  }

  @Override
  public String toString() {
    return all.toString();
  }
}
