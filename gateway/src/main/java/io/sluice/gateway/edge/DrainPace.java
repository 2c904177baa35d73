package io.sluice.gateway.edge;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// How many of a leaving node's connections may be told to go by now: evenly over a time, but never
/// faster than the nodes that stay let connections begin. Pure.
public final class DrainPace {
  /// How many times the given time it may take where the others do not admit more.
  static final int MOST = 2;

  private static final double SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final int connections;
  private final long overNanos;
  private final int admitted;
  private final long start;
  private long last;
  private double gone;

  /// @param connections to be told to go
  /// @param over which time; zero = all at once
  /// @param admitted connections that one node lets begin per second; 0 = any number
  /// @param now nanoseconds, on the clock of all calls
  DrainPace(int connections, Duration over, int admitted, long now) {
    this.connections = connections;
    this.overNanos = over.toNanos();
    this.admitted = admitted;
    this.start = now;
    this.last = now;
  }

  /// Who is there besides those that are to go.
  ///
  /// @param staying nodes that go on
  /// @param leaving nodes that send their clients away now, this one among them: they share what
  ///   the others admit
  public record Others(int staying, int leaving) {
    public Others {
      if (staying < 0 || leaving < 1) {
        throw new IllegalArgumentException("staying=%d leaving=%d".formatted(staying, leaving));
      }
    }
  }

  /// Connections that may be told per second, as things are.
  double perSecond(Others others) {
    double even = connections * SECOND_NANOS / Math.max(1, overNanos);
    return admitted == 0
        ? even
        : Math.min(even, (double) admitted * others.staying() / others.leaving());
  }

  /// How many may have been told by now. All of them where nobody stays to take them, since the
  /// sooner this node has gone the sooner another one may come, and all when [#MOST] times the time
  /// is over.
  int goneBy(long now, Others others) {
    long passed = now - last;
    last = now;
    if (others.staying() == 0 || now - start >= MOST * overNanos) {
      return connections;
    }
    gone += perSecond(others) * passed / SECOND_NANOS;
    return (int) Math.min(connections, Math.floor(gone));
  }
}
