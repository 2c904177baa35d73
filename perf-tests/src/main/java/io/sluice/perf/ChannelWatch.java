package io.sluice.perf;

import io.sluice.perf.Violation.Fault;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What one client has seen of one channel. Any thread.
///
/// A sequence number that is skipped is missing from the moment a later one comes; should it come
/// after all, it is reordered instead.
final class ChannelWatch {
  /// Kept of one client and channel; what is wrong after so many is lost.
  static final int MOST_FAULTS = 20;

  private final String client;
  private final String channel;
  private final Deque<Sighting> recent = new ArrayDeque<>();
  private final List<Surroundings> growing = new ArrayList<>();
  private final List<Found> found = new ArrayList<>();
  private final NavigableMap<Long, Gap> gaps = new TreeMap<>();
  private final NavigableMap<Long, Gap> allowed = new TreeMap<>();
  private @Nullable Sighting highest;
  private long next;
  private boolean mayJump = true;

  /// The first publication may be any.
  ChannelWatch(String client, String channel) {
    this.client = client;
    this.channel = channel;
  }

  /// The next sequence number is this one. Before the first publication.
  synchronized void expect(long sequence) {
    next = sequence;
    mayJump = false;
  }

  /// The client was told that it may have missed something: a gap before the next publication is no
  /// fault, a step back still is.
  synchronized void allowJump() {
    mayJump = true;
  }

  synchronized void received(Sighting sighting) {
    if (sighting.sequence() < next) {
      late(sighting);
    } else {
      newer(sighting);
    }
    growing.removeIf(around -> !around.add(sighting));
    recent.addLast(sighting);
    if (recent.size() > Surroundings.SHOWN) {
      recent.removeFirst();
    }
  }

  /// How many publications have not come.
  ///
  /// @param end one more than the last sequence number
  synchronized long missing(long end) {
    long skipped = gaps.values().stream().mapToLong(Gap::size).sum();
    return skipped + Math.max(0, end - next);
  }

  /// Everything that is wrong so far.
  synchronized List<Violation> violations() {
    List<Violation> all = new ArrayList<>();
    found.forEach(it -> all.add(violation(it.fault(), it.what(), it.around())));
    gaps.values().forEach(it -> all.add(violation(Fault.GAP, it.toString(), it.around())));
    return all;
  }

  /// Everything that is wrong when nothing more will come.
  ///
  /// @param end one more than the last sequence number
  synchronized List<Violation> violations(long end) {
    List<Violation> all = violations();
    if (next < end) {
      Gap rest = new Gap(next, end - 1, new Surroundings(recent));
      all.add(violation(Fault.GAP, rest.toString(), rest.around()));
    }
    return all;
  }

  private void late(Sighting sighting) {
    if (fill(gaps, sighting.sequence()) || fill(allowed, sighting.sequence())) {
      note(Fault.REORDERED, "%s came after %s".formatted(sighting, highest));
    } else {
      note(Fault.DUPLICATE, "%s came again, after %s".formatted(sighting, highest));
    }
  }

  /// Takes one number out of the gap it is in.
  ///
  /// @return whether it was in one
  private static boolean fill(NavigableMap<Long, Gap> gaps, long sequence) {
    var gap = gaps.floorEntry(sequence);
    if (gap == null || !gap.getValue().holds(sequence)) {
      return false;
    }
    gaps.remove(gap.getKey());
    gap.getValue().without(sequence).forEach(rest -> gaps.put(rest.first(), rest));
    return true;
  }

  private void newer(Sighting sighting) {
    if (highest != null && !isAbove(highest, sighting)) {
      note(Fault.REORDERED, "%s has no higher offset than %s".formatted(sighting, highest));
    }
    if (sighting.sequence() > next) {
      jump(sighting.sequence() - 1);
    }
    mayJump = false;
    highest = sighting;
    next = sighting.sequence() + 1;
  }

  private void jump(long last) {
    if (!mayJump && hasRoom()) {
      gaps.put(next, new Gap(next, last, surroundings()));
    } else if (mayJump) {
      allowed.put(next, new Gap(next, last, new Surroundings(recent)));
      if (allowed.size() > MOST_FAULTS) {
        allowed.pollFirstEntry();
      }
    }
  }

  /// Offsets of different epochs cannot be compared.
  private static boolean isAbove(Sighting before, Sighting now) {
    return !now.position().epoch().equals(before.position().epoch())
        || now.position().offset() > before.position().offset();
  }

  private void note(Fault fault, String what) {
    if (hasRoom()) {
      found.add(new Found(fault, what, surroundings()));
    }
  }

  private boolean hasRoom() {
    return found.size() + gaps.size() < MOST_FAULTS;
  }

  private Surroundings surroundings() {
    Surroundings around = new Surroundings(recent);
    growing.add(around);
    return around;
  }

  private Violation violation(Fault fault, String what, Surroundings around) {
    String text =
        "client '%s', channel '%s': %s; it saw %s".formatted(client, channel, what, around);
    return new Violation(fault, client, channel, text);
  }

  /// A step back.
  private record Found(Fault fault, String what, Surroundings around) {}
}
