package io.sluice.broker;

import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// How many partitions a topic has and had. Numbers between two that were seen while nobody looked
/// at the topic may have been, too. Immutable.
///
/// @param seen that nodes have seen
/// @param guessed that may have been besides
record PartitionCounts(NavigableSet<Integer> seen, NavigableSet<Integer> guessed) {
  /// More are not remembered: a topic that grew by more steps while nobody looked counts as new.
  static final int MAX = 256;

  static final PartitionCounts NONE = new PartitionCounts(new TreeSet<>(), new TreeSet<>());

  PartitionCounts {
    seen = Collections.unmodifiableNavigableSet(new TreeSet<>(seen));
    TreeSet<Integer> others = new TreeSet<>(guessed);
    others.removeAll(seen);
    guessed = Collections.unmodifiableNavigableSet(others);
  }

  /// One number.
  static PartitionCounts seen(int count) {
    return new PartitionCounts(new TreeSet<>(List.of(count)), new TreeSet<>());
  }

  /// With what another node knows.
  PartitionCounts and(PartitionCounts other) {
    return bounded(union(seen, other.seen), union(guessed, other.guessed));
  }

  /// The topic has this number now, and nobody has looked since it had the highest of these.
  PartitionCounts grownUnseen(int now) {
    NavigableSet<Integer> more = union(guessed, new TreeSet<>());
    if (!seen.isEmpty() && now - seen.last() <= MAX) {
      IntStream.range(seen.last() + 1, now).forEach(more::add);
    }
    return seen.isEmpty() || now - seen.last() <= MAX
        ? bounded(union(seen, new TreeSet<>(List.of(now))), more)
        : seen(now);
  }

  /// Whether the topic may have had this number.
  boolean maybe(int count) {
    return seen.contains(count) || guessed.contains(count);
  }

  /// All that may have been, from this number on.
  IntStream from(int count) {
    return union(seen, guessed).tailSet(count, true).stream().mapToInt(Integer::intValue);
  }

  private static PartitionCounts bounded(
      NavigableSet<Integer> seen, NavigableSet<Integer> guessed) {
    TreeSet<Integer> all = new TreeSet<>(union(seen, guessed));
    while (all.size() > MAX) {
      all.pollFirst();
    }
    TreeSet<Integer> keptSeen = new TreeSet<>(seen);
    TreeSet<Integer> keptGuessed = new TreeSet<>(guessed);
    keptSeen.retainAll(all);
    keptGuessed.retainAll(all);
    return new PartitionCounts(keptSeen, keptGuessed);
  }

  private static NavigableSet<Integer> union(
      NavigableSet<Integer> one, NavigableSet<Integer> other) {
    TreeSet<Integer> all = new TreeSet<>(one);
    all.addAll(other);
    return all;
  }
}
