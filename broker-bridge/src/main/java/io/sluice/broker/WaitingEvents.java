package io.sluice.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/// Session events that wait to be written, in the order in which they came. A connection that ends
/// while its beginning still waits takes that one's place: its end says all that the beginning
/// would. Any thread; the lock is held for moments.
final class WaitingEvents {
  /// What may wait, roughly: some 4,500 events with ordinary names. An end whose beginning was let
  /// in finds room always, if it takes the length of its reason more.
  static final int MAX_BYTES = 2 << 20;

  /// Events of one user that may wait. One of them is written in a round, so a user who comes and
  /// goes all the time would fill all the room.
  static final int MOST_OF_KEY = 256;

  /// An event beside its texts: records, instants, and its place here.
  private static final int EVENT = 350;

  /// What became of an offered event.
  enum Offered {
    TAKEN,
    /// It took the place of its connection's beginning.
    MERGED,
    /// There is no room.
    FULL,
    /// There is none for more of this user's.
    KEY_FULL
  }

  private final Lock lock = new ReentrantLock();
  private final Condition came = lock.newCondition();
  private final Map<String, SessionEvent> events = new LinkedHashMap<>();
  private final Map<String, Integer> byKey = new HashMap<>();
  private long bytes;

  Offered offer(SessionEvent event) {
    int size = bytes(event);
    lock.lock();
    try {
      SessionEvent beginning =
          switch (event) {
            case SessionEvent.TakenOver it -> events.remove(it.who().client());
            case SessionEvent.Disconnected it -> events.remove(it.who().client());
            case SessionEvent.Connected _, SessionEvent.Resumed _, SessionEvent.NodeLost _ -> null;
          };
      if (beginning != null) {
        remove(beginning);
      } else if (bytes + size > MAX_BYTES) {
        return Offered.FULL;
      } else if (byKey.getOrDefault(event.key(), 0) >= MOST_OF_KEY) {
        return Offered.KEY_FULL;
      }
      SessionEvent same = events.put(place(event), event);
      if (same != null) { // somebody repeats himself
        remove(same);
      }
      bytes += size;
      byKey.merge(event.key(), 1, Integer::sum);
      came.signal();
      return beginning == null ? Offered.TAKEN : Offered.MERGED;
    } finally {
      lock.unlock();
    }
  }

  /// Takes the first one of each of so many keys, and waits this long if nothing waits.
  ///
  /// @param without keys of which nothing is taken; those of what is taken are added
  List<SessionEvent> take(int most, Set<String> without, Duration patience)
      throws InterruptedException {
    List<SessionEvent> taken = new ArrayList<>();
    long left = patience.toNanos();
    lock.lock();
    try {
      while (events.isEmpty() && left > 0) {
        left = came.awaitNanos(left);
      }
      Iterator<SessionEvent> next = events.values().iterator();
      while (taken.size() < most && next.hasNext()) {
        SessionEvent event = next.next();
        if (without.add(event.key())) {
          next.remove();
          remove(event);
          taken.add(event);
        }
      }
    } finally {
      lock.unlock();
    }
    return taken;
  }

  /// It waits no more.
  private void remove(SessionEvent event) {
    bytes -= bytes(event);
    byKey.computeIfPresent(event.key(), (_, count) -> count > 1 ? count - 1 : null);
  }

  int size() {
    lock.lock();
    try {
      return events.size();
    } finally {
      lock.unlock();
    }
  }

  /// A client's id, a beginning's place, has no `/`.
  private static String place(SessionEvent event) {
    return switch (event) {
      case SessionEvent.Connected it -> it.who().client();
      case SessionEvent.Resumed it -> it.who().client();
      case SessionEvent.TakenOver it -> "end/" + it.who().client();
      case SessionEvent.Disconnected it -> "end/" + it.who().client();
      case SessionEvent.NodeLost it -> "node/" + it.node().id() + "/" + it.node().started();
    };
  }

  private static int bytes(SessionEvent event) {
    return switch (event) {
      case SessionEvent.Connected it -> bytes(it.who());
      case SessionEvent.Resumed it -> bytes(it.who());
      case SessionEvent.TakenOver it -> bytes(it.who()) + it.life().reason().length();
      case SessionEvent.Disconnected it -> bytes(it.who()) + it.life().reason().length();
      case SessionEvent.NodeLost _ -> EVENT;
    };
  }

  /// Two bytes for each character is what texts take at most.
  private static int bytes(SessionEvent.Who who) {
    int session = who.hold().map(hold -> hold.session().length()).orElse(0);
    return EVENT + 2 * (who.user().length() + who.client().length() + session);
  }
}
