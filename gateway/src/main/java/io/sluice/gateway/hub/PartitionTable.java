package io.sluice.gateway.hub;

import io.sluice.broker.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who wants which channel of one partition, on one loop. Confined to the loop.
final class PartitionTable {
  final Feed feed;

  /// Of its namespace.
  final LoopAges ages;

  final Map<String, Legs> channels = new HashMap<>();

  /// A Kafka offset left over from an earlier turn, or [Feed#NONE].
  long resumeAt = Feed.NONE;

  /// When [Anchoring] looked last: the lowest offset that could be recovered, and the serial of the
  /// window.
  long lookedAt;

  long lookedIn;

  /// The tail that it saw last, whether it looked closer or not.
  long tailSeen;

  /// Which of its looks is the next one that looks closer, where the log keeps next to nothing.
  long notBefore;

  /// The serial of a window; 0: none.
  private long reachedIn;

  private long reached;

  PartitionTable(Feed feed, LoopAges ages) {
    this.feed = feed;
    this.ages = ages;
  }

  /// Everything below this Kafka offset was given to the live legs that want it.
  void reached(Window window, long offset) {
    reached(window.serial(), offset);
  }

  private void reached(long window, long offset) {
    reached = reachedIn == window ? Math.max(reached, offset) : offset;
    reachedIn = window;
  }

  /// How far the live legs of this window have come; 0: not known.
  long reached(Window window) {
    return reachedIn == window.serial() ? reached : 0;
  }

  /// What nobody here wanted counts as given, too. Reads first up to where the tailer has looked
  /// for wanted records, then whether it left any.
  void reachOn(int loop) {
    Feed.Marked marked = feed.marked();
    if (marked != null
        && resumeAt == Feed.NONE
        && !feed.pending(loop)
        && marked.window() == feed.partition().window().serial()) {
      reached(marked.window(), marked.to());
    }
  }

  void add(String key, Leg leg) {
    channels.computeIfAbsent(key, _ -> new Legs()).add(leg);
  }

  /// Takes a leg out.
  ///
  /// @return whether nobody here wants the channel any more
  boolean remove(String key, Leg leg) {
    Legs legs = channels.get(key);
    if (legs == null || leg.place < 0) {
      return false;
    }
    legs.remove(leg);
    if (legs.size() > 0) {
      return false;
    }
    channels.remove(key);
    return true;
  }

  /// How many legs there are.
  int size() {
    int all = 0;
    for (Legs legs : channels.values()) {
      all += legs.size();
    }
    return all;
  }

  /// Some leg, if there is one.
  @Nullable Leg any() {
    for (Legs legs : channels.values()) {
      return legs.get(0);
    }
    return null;
  }

  /// Every leg, for going through them while they are removed.
  List<Leg> legs() {
    List<Leg> all = new ArrayList<>();
    channels.values().forEach(legs -> all.addAll(legs.copy()));
    return all;
  }
}
