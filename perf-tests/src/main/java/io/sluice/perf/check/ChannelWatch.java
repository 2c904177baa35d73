package io.sluice.perf.check;

import io.sluice.perf.check.Violation.Fault;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one client has seen of one channel. Any thread.
///
/// A sequence number that is skipped is missing from the moment a later one comes; should it come
/// after all, it is reordered instead. There may be tens of thousands of these, so one that has
/// nothing to complain about holds a few numbers only, and a publication allocates nothing.
public final class ChannelWatch {
  /// Kept of one client and channel; what is wrong after so many is lost.
  public static final int MOST_FAULTS = 20;

  /// What a jump in the sequence would mean now.
  private enum Before {
    /// Publications are missing.
    NOTHING,
    /// Publications are missing although the client was told that none is.
    TOLD_RECOVERED,
    /// The client was told, or has just begun.
    MAY_JUMP
  }

  private final String client;
  private final String channel;

  /// The newest publications, sequence and offset each, in a ring.
  private final long[] recent = new long[2 * Surroundings.SHOWN];

  private long seen;
  private @Nullable Faults faults;
  private @Nullable String epoch;
  private long highestSequence;
  private long highestOffset;
  private long next;
  private Before before = Before.MAY_JUMP;

  /// The first publication may be any.
  public ChannelWatch(String client, String channel) {
    this.client = client;
    this.channel = channel;
  }

  /// The next sequence number is this one. Before the first publication.
  public synchronized void expect(long sequence) {
    next = sequence;
    before = Before.NOTHING;
  }

  /// The client was told that it may have missed something: a gap before the next publication is no
  /// fault, a step back still is.
  public synchronized void allowJump() {
    before = Before.MAY_JUMP;
  }

  /// The client came back and was told that it gets everything it missed: a gap before the next
  /// publication makes that a lie.
  public synchronized void toldRecovered() {
    if (before == Before.NOTHING) {
      before = Before.TOLD_RECOVERED;
    }
  }

  /// A publication has come.
  ///
  /// @param offset of the position after it
  /// @param sequence the number its producer gave it, 0 or more
  public synchronized void received(String inEpoch, long offset, long sequence) {
    if (sequence < next) {
      late(sequence, offset);
    } else {
      newer(inEpoch, offset, sequence);
    }
    if (faults != null) {
      faults.seen(new Sighting(offset, sequence));
    }
    int place = (int) (2 * (seen % Surroundings.SHOWN));
    recent[place] = sequence;
    recent[place + 1] = offset;
    seen++;
  }

  /// How many publications have not come, although nobody told the client that it may miss them.
  ///
  /// @param end one more than the last sequence number
  public synchronized long missing(long end) {
    long rest = before == Before.MAY_JUMP ? 0 : Math.max(0, end - next);
    return (faults == null ? 0 : faults.skipped()) + rest;
  }

  /// The lowest sequence number that has yet to come.
  public synchronized long next() {
    return next;
  }

  /// Everything that is wrong so far.
  public synchronized List<Violation> violations() {
    return faults == null ? List.of() : faults.violations(client, channel);
  }

  /// Everything that is wrong when nothing more will come.
  ///
  /// @param end one more than the last sequence number
  public synchronized List<Violation> violations(long end) {
    List<Violation> all = new ArrayList<>(violations());
    if (next < end && before != Before.MAY_JUMP) {
      Fault fault = before == Before.TOLD_RECOVERED ? Fault.FALSE_VERDICT : Fault.GAP;
      all.add(new Gap(fault, next, end - 1, surroundings()).violation(client, channel));
    }
    return List.copyOf(all);
  }

  private void late(long sequence, long offset) {
    Faults known = faults();
    Sighting now = new Sighting(offset, sequence);
    Sighting highest = new Sighting(highestOffset, highestSequence);
    if (known.fill(sequence)) {
      known.note(Fault.REORDERED, sequence, now + " came after " + highest, surroundings());
    } else {
      String after = epoch == null ? "nothing" : highest.toString();
      known.note(Fault.DUPLICATE, sequence, now + " came again, after " + after, surroundings());
    }
  }

  private void newer(String inEpoch, long offset, long sequence) {
    // offsets of different epochs cannot be compared
    if (inEpoch.equals(epoch) && offset <= highestOffset) {
      String what =
          "%s has no higher offset than %s"
              .formatted(
                  new Sighting(offset, sequence), new Sighting(highestOffset, highestSequence));
      faults().note(Fault.REORDERED, sequence, what, surroundings());
    }
    if (sequence > next) {
      jump(sequence - 1);
    }
    before = Before.NOTHING;
    epoch = inEpoch;
    highestSequence = sequence;
    highestOffset = offset;
    next = sequence + 1;
  }

  private void jump(long last) {
    switch (before) {
      case NOTHING -> faults().gap(new Gap(Fault.GAP, next, last, surroundings()));
      case TOLD_RECOVERED -> faults().gap(new Gap(Fault.FALSE_VERDICT, next, last, surroundings()));
      case MAY_JUMP -> {
        if (seen > 0) { // what came before the first one is not kept for tens of thousands
          faults().allowed(new Gap(Fault.GAP, next, last, surroundings()));
        }
      }
    }
  }

  private Faults faults() {
    if (faults == null) {
      faults = new Faults();
    }
    return faults;
  }

  private Surroundings surroundings() {
    List<Sighting> shown = new ArrayList<>();
    for (long i = Math.max(0, seen - Surroundings.SHOWN); i < seen; i++) {
      int place = (int) (2 * (i % Surroundings.SHOWN));
      shown.add(new Sighting(recent[place + 1], recent[place]));
    }
    return new Surroundings(shown);
  }
}
