package io.sluice.broker;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// Users whose revocation has ended and stands in the ledger still: it is taken back there, once
/// more in each round, until that was read.
///
/// Somebody by whose clock it has not ended writes it anew, and one of the two clocks is wrong. It
/// is taken back again after a while only, so that they do not go on like this all the time.
///
/// Holds at most [#MAX] users twice. For one thread at a time.
final class EndedRevocations {
  /// The most users of each kind.
  static final int MAX = 10_000;

  /// The most taken back in one round.
  static final int ROUND = 1_000;

  /// How long what was taken back is not taken back again.
  static final Duration CONTESTED = Duration.ofMinutes(10);

  /// Those in the ledger, and from when on they may be taken back.
  private final Map<String, Instant> ended = new LinkedHashMap<>();

  /// Those that were taken back, and up to when that is remembered; the oldest first.
  private final Map<String, Instant> takenBack = new LinkedHashMap<>();

  /// A user's revocation has ended.
  ///
  /// @return whether there was room
  boolean add(String user, Instant now) {
    if (ended.size() >= MAX && !ended.containsKey(user)) {
      return false;
    }
    ended.put(user, takenBack.getOrDefault(user, now));
    return true;
  }

  /// It has been prolonged.
  void goesOn(String user) {
    ended.remove(user);
  }

  /// It was read that it was taken back.
  void takenBack(String user, Instant now) {
    if (ended.remove(user) == null) {
      return;
    }
    takenBack.remove(user);
    if (takenBack.size() >= MAX) {
      takenBack.remove(takenBack.keySet().iterator().next());
    }
    takenBack.put(user, now.plus(CONTESTED));
  }

  /// The ledger has none of them any more.
  void clear() {
    ended.clear();
  }

  /// What is to be taken back now.
  ///
  /// @param duty whether a user's falls to this node
  List<String> due(Instant now, Predicate<String> duty) {
    takenBack.values().removeIf(until -> until.isBefore(now));
    List<String> due = new ArrayList<>();
    for (Map.Entry<String, Instant> one : ended.entrySet()) {
      if (due.size() >= ROUND) {
        break;
      }
      if (!now.isBefore(one.getValue()) && duty.test(one.getKey())) {
        due.add(one.getKey());
      }
    }
    return due;
  }
}
