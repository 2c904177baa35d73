package io.sluice.perf.check;

import io.sluice.perf.check.Violation.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/// What a [ChannelWatch] has found wrong, and the gaps it knows. Guarded by that watch.
final class Faults {
  private final List<Surroundings> growing = new ArrayList<>();
  private final List<Found> found = new ArrayList<>();
  private final NavigableMap<Long, Gap> gaps = new TreeMap<>();
  private final NavigableMap<Long, Gap> allowed = new TreeMap<>();

  /// A step back.
  private record Found(Fault fault, long sequence, String what, Surroundings around) {}

  /// What came next, for the histories.
  void seen(Sighting sighting) {
    growing.removeIf(around -> !around.add(sighting));
  }

  void note(Fault fault, long sequence, String what, Surroundings around) {
    if (hasRoom()) {
      growing.add(around);
      found.add(new Found(fault, sequence, what, around));
    }
  }

  void gap(Gap gap) {
    if (hasRoom()) {
      growing.add(gap.around());
      gaps.put(gap.first(), gap);
    }
  }

  /// A gap that is no fault; what comes late in it is.
  void allowed(Gap gap) {
    allowed.put(gap.first(), gap);
    if (allowed.size() > ChannelWatch.MOST_FAULTS) {
      allowed.pollFirstEntry();
    }
  }

  /// A number has come after all.
  ///
  /// @return whether it was in a gap
  boolean fill(long sequence) {
    return fill(gaps, sequence) || fill(allowed, sequence);
  }

  private static boolean fill(NavigableMap<Long, Gap> gaps, long sequence) {
    var gap = gaps.floorEntry(sequence);
    if (gap == null || !gap.getValue().holds(sequence)) {
      return false;
    }
    gaps.remove(gap.getKey());
    gap.getValue().without(sequence).forEach(rest -> gaps.put(rest.first(), rest));
    return true;
  }

  /// Sequence numbers in gaps.
  long skipped() {
    return gaps.values().stream().mapToLong(Gap::size).sum();
  }

  List<Violation> violations(String client, String channel) {
    List<Violation> all = new ArrayList<>();
    for (Found it : found) {
      long n = it.sequence();
      all.add(Violation.of(it.fault(), client, channel, n, n, it.what(), it.around()));
    }
    gaps.values().forEach(gap -> all.add(gap.violation(client, channel)));
    return List.copyOf(all);
  }

  private boolean hasRoom() {
    return found.size() + gaps.size() < ChannelWatch.MOST_FAULTS;
  }
}
