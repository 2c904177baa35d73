package io.sluice.perf;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How a client comes back after its connection has ended. Pure.
public enum Comeback {
  /// Sooner than SDKs, and to the first node if that answers: nobody waits for these clients.
  SOON {
    @Override
    int place(boolean accepted, int place, int nodes) {
      return accepted ? 0 : (place + 1) % nodes;
    }

    @Override
    Duration pause(int failed, RandomGenerator random) {
      long most = 100L << Math.clamp(failed, 0, 4);
      return Duration.ofMillis(random.nextLong(most) + 1);
    }
  },

  /// As SDKs do behind a balancer that gives them another node than the one that has just failed:
  /// after 0.5 to 1 s, and up to 20 s when that fails again and again.
  AS_SDKS {
    @Override
    int place(boolean accepted, int place, int nodes) {
      return (place + 1) % nodes;
    }

    @Override
    Duration pause(int failed, RandomGenerator random) {
      long most = Math.min(LONGEST, FIRST << Math.clamp(failed, 0, 6));
      return Duration.ofMillis(Math.min(LONGEST, FIRST + random.nextLong(most)));
    }
  };

  private static final long FIRST = 500;
  private static final long LONGEST = 20_000;

  /// Which node to try next.
  ///
  /// @param accepted whether the last connection had been
  /// @param place of the node it was to
  abstract int place(boolean accepted, int place, int nodes);

  /// How long before.
  ///
  /// @param failed attempts in a row that were not accepted
  abstract Duration pause(int failed, RandomGenerator random);
}
