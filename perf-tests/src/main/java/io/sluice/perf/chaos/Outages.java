package io.sluice.perf.chaos;

import io.sluice.perf.chaos.Publish.Outcome;
import io.sluice.perf.chaos.Publish.Route;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;

/// How publishing fared from the strike of a fault on, of all stages of one kind: how much of the
/// time it did, and from when on each channel could be published to for good ([Acknowledgements]).
/// Made on one thread, then read.
final class Outages {
  /// Without an acknowledgement for longer than this, publishing has failed: three times what lies
  /// between two publishes through nodes, which is more than between two straight to Kafka.
  static final Duration GAP = Publishing.PACE.multipliedBy(3);

  private static final long LONGEST_MS = 600_000;
  private static final int DIGITS = 3;

  private final Map<Route, Fared> routes = new EnumMap<>(Route.class);
  private OptionalDouble failOver = OptionalDouble.empty();

  Outages() {
    for (Route route : Route.values()) {
      routes.put(route, new Fared());
    }
  }

  /// Adds a stage.
  ///
  /// @param published in its round; those of a channel in order
  void add(Stage stage, List<Publish> published) {
    Map<Integer, Acknowledgements> channels = new HashMap<>();
    for (Publish publish : published) {
      Acknowledgements channel =
          channels.computeIfAbsent(
              publish.channel(),
              _ -> new Acknowledgements(publish.route(), stage.strike(), stage.end()));
      boolean stored = publish.outcome() == Outcome.ACKNOWLEDGED;
      if (publish.answered() >= stage.strike() && publish.begun() <= stage.end()) {
        double ticks = ticks(publish, stage);
        fared(publish.route()).tried += ticks;
        fared(publish.route()).taken += stored ? ticks : 0;
      }
      if (stored) {
        channel.add(publish.answered());
      }
    }
    Map<Route, Long> worst = new EnumMap<>(Route.class);
    for (Acknowledgements channel : channels.values()) {
      long back = channel.back();
      fared(channel.route()).back.recordValue(Math.clamp(back / 1_000_000, 0, LONGEST_MS));
      worst.merge(channel.route(), back, Math::max);
    }
    if (stage.failedOver().isPresent()) {
      long took = stage.failedOver().getAsLong() - stage.strike();
      failOver = OptionalDouble.of(Math.max(took / 1e9, failOver.orElse(0)));
      worst.forEach((route, back) -> fared(route).isLater((back - took) / 1e9));
    }
  }

  /// A publisher of a node waits for one answer before it begins the next publish, so one that
  /// hangs stands for all that were due meanwhile. A producer does not wait.
  private static double ticks(Publish publish, Stage stage) {
    return switch (publish.route()) {
      case NODE -> {
        long from = Math.max(publish.begun(), stage.strike());
        long to = Math.min(publish.answered(), stage.end());
        yield Math.max(1, (double) (to - from) / Publishing.PACE.toNanos());
      }
      case DIRECT -> 1;
    };
  }

  private Fared fared(Route route) {
    Fared fared = routes.get(route);
    if (fared == null) {
      throw new IllegalStateException("no route " + route);
    }
    return fared;
  }

  /// Share of the publishes that were acknowledged, of those in flight or begun from the strike on;
  /// one through a node that took longer than its publisher's pace counts for as many as were due
  /// meanwhile.
  double acknowledged(Route route) {
    Fared fared = fared(route);
    return fared.tried == 0 ? 1 : fared.taken / fared.tried;
  }

  /// Until channels could be published to again, seconds; a channel of a stage is one of them.
  double back(Route route, double percentile) {
    return fared(route).back.getValueAtPercentile(percentile) / 1e3;
  }

  /// Until Kafka had other leaders than the broker that was hit, the slowest time, seconds.
  OptionalDouble failOver() {
    return failOver;
  }

  /// How much later than that the last channel was back, the worst time, seconds.
  OptionalDouble later(Route route) {
    return fared(route).later;
  }

  /// How one route fared.
  private static final class Fared {
    private final Histogram back = new Histogram(LONGEST_MS, DIGITS);
    private OptionalDouble later = OptionalDouble.empty();
    private double tried;
    private double taken;

    private void isLater(double seconds) {
      later = OptionalDouble.of(Math.max(seconds, later.orElse(seconds)));
    }
  }

  /// When one channel of a stage was published to. What is added comes in order.
  private static final class Acknowledgements {
    private final Route route;
    private final long strike;
    private final long end;
    private long last;
    private long back = -1;

    Acknowledgements(Route route, long strike, long end) {
      this.route = route;
      this.strike = strike;
      this.end = end;
      this.last = strike;
    }

    Route route() {
      return route;
    }

    void add(long at) {
      if (at >= strike && at <= end) {
        if (back < 0 || at - last > GAP.toNanos()) {
          back = at - strike;
        }
        last = at;
      }
    }

    /// From the strike until something was acknowledged after the last gap; where nothing was,
    /// until the stage's end.
    long back() {
      return back < 0 || end - last > GAP.toNanos() ? end - strike : back;
    }
  }
}
