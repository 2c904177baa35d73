package io.sluice.gateway.health;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// A thread that must go on. Asked by the watchdog's thread; no method waits.
public interface Watched {
  /// Which kind of thread it is, a metric's label.
  enum Kind {
    LOOP,
    TAILER;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  Kind kind();

  /// The thread's name.
  String name();

  /// Where it is, as one look.
  ///
  /// @param number changes as it goes on
  /// @param most how long this turn may take before it counts as hung at all
  record Turn(long number, Duration most) {}

  /// Its present turn.
  Turn turn();

  /// Has it turn, where it does not by itself.
  void nudge();

  /// The thread, once it is known.
  Optional<Thread> thread();
}
