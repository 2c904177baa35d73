package io.sluice.broker;

import java.time.Duration;
import java.util.function.LongSupplier;

/// Knows when this process did not run: it was stopped, collected garbage, or the machine slept.
/// One thread looks at the clock again and again; a look that comes much too late says so. What
/// Kafka did meanwhile nobody here knows: answers may lie unread in the sockets.
///
/// One pause excuses failures, the next only after Kafka has answered something in between: a
/// process that is stopped again and again would never find out that Kafka is away.
///
/// [#begin] comes once, before the first look; [#look] is for that one thread, [#since] and
/// [#answered] for any.
final class Pauses {
  /// Looks so far apart; they are due some ten times a second, and a busy machine lets a thread
  /// wait for a while. Shorter ones cost few publishes their answer: the least that those are
  /// usually given is a few seconds.
  static final Duration LATE = Duration.ofSeconds(1);

  private final LongSupplier nanoTime;
  private volatile long looked;
  private volatile long ended;
  private volatile boolean any;
  private volatile boolean answered = true;

  /// @param nanoTime as [System#nanoTime]
  Pauses(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.looked = nanoTime.getAsLong();
  }

  /// Looks are due from here on.
  void begin() {
    looked = nanoTime.getAsLong();
  }

  /// Looks at the clock.
  void look() {
    long now = nanoTime.getAsLong();
    if (isLate(now) && answered) {
      answered = false;
      ended = now;
      any = true;
    }
    looked = now; // after the pause is known: see below
  }

  /// Kafka has answered something.
  void answered() {
    if (!answered) {
      answered = true;
    }
  }

  /// Whether there was a pause since that excuses, or is one of which nobody could tell yet.
  ///
  /// @param began by [System#nanoTime]
  boolean since(long began) {
    return (answered && isLate(nanoTime.getAsLong())) || (any && ended - began >= 0);
  }

  private boolean isLate(long now) {
    return now - looked > LATE.toNanos();
  }
}
