package io.sluice.gateway.edge;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// A token bucket whose whole state is one number: the time at which it will be full again. Pure.
///
/// @param interval nanoseconds in which one token comes back
/// @param slack nanoseconds in which all tokens but one come back
record Rate(long interval, long slack) {
  /// @param perSecond tokens that come back in a second
  /// @param burst tokens of a full bucket
  static Rate of(int perSecond, int burst) {
    long interval = Math.max(1, TimeUnit.SECONDS.toNanos(1) / perSecond);
    return new Rate(interval, (burst - 1) * interval);
  }

  /// Whether there is a token.
  ///
  /// @param fullAt the state
  /// @param now on the clock of `fullAt`, which may overflow as [System#nanoTime()] does
  boolean has(long fullAt, long now) {
    return fullAt - now <= slack;
  }

  /// The state after one token was taken.
  long take(long fullAt, long now) {
    return (fullAt - now > 0 ? fullAt : now) + interval;
  }

  /// The state under this rate of a bucket that was used under another one: as many tokens are
  /// missing as before, but no more than there are now.
  ///
  /// @param before the rate until now
  long after(Rate before, long fullAt, long now) {
    double missing = (double) Math.max(0, fullAt - now) / before.interval;
    return now + (long) Math.min(missing * interval, (double) (slack + interval));
  }

  /// Takes a token of a bucket that several threads share.
  ///
  /// @param fullAt the state
  /// @return whether there was one
  boolean take(AtomicLong fullAt, long now) {
    while (true) {
      long before = fullAt.get();
      if (!has(before, now)) {
        return false;
      }
      if (fullAt.compareAndSet(before, take(before, now))) {
        return true;
      }
    }
  }
}
