package io.sluice.perf.chaos;

import io.sluice.perf.chaos.Publish.Outcome;
import io.sluice.perf.chaos.Publish.Route;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;

/// How long each channel could not be published to from the strike of a fault on: the longest time
/// without an acknowledgement. It begins at the strike or later, and ends with the stage at the
/// latest, so that it is the stage's length where nothing was acknowledged, and the time between
/// two publishes where nothing failed. Of all stages of one kind. Made on one thread, then read.
final class Outages {
  private static final long LONGEST_MS = 600_000;
  private static final int DIGITS = 3;

  private final Map<Route, Way> ways = new EnumMap<>(Route.class);
  private OptionalDouble failOver = OptionalDouble.empty();

  Outages() {
    for (Route route : Route.values()) {
      ways.put(route, new Way());
    }
  }

  /// Adds a stage.
  ///
  /// @param published in its round
  void add(Stage stage, List<Publish> published) {
    Map<Integer, Gap> gaps = new HashMap<>();
    for (Publish publish : published) {
      Gap gap =
          gaps.computeIfAbsent(publish.channel(), _ -> new Gap(publish.route(), stage.strike()));
      boolean stored = publish.outcome() == Outcome.ACKNOWLEDGED;
      if (publish.begun() >= stage.strike() && publish.begun() <= stage.end()) {
        way(publish.route()).tried++;
        way(publish.route()).taken += stored ? 1 : 0;
      }
      if (stored && publish.answered() >= stage.strike() && publish.answered() <= stage.end()) {
        gap.ends(publish.answered());
      }
    }
    Map<Route, Long> worst = new EnumMap<>(Route.class);
    for (Gap gap : gaps.values()) {
      gap.ends(stage.end());
      way(gap.route).back.recordValue(Math.clamp(gap.longest / 1_000_000, 0, LONGEST_MS));
      worst.merge(gap.route, gap.longest, Math::max);
    }
    if (stage.failedOver().isPresent()) {
      long took = stage.failedOver().getAsLong() - stage.strike();
      failOver = OptionalDouble.of(Math.max(took / 1e9, failOver.orElse(0)));
      worst.forEach((route, longest) -> way(route).isLater((longest - took) / 1e9));
    }
  }

  private Way way(Route route) {
    Way way = ways.get(route);
    if (way == null) {
      throw new IllegalStateException("no way " + route);
    }
    return way;
  }

  /// Share of the publishes that were acknowledged, of those begun from the strike on.
  double acknowledged(Route route) {
    Way way = way(route);
    return way.tried == 0 ? 1 : (double) way.taken / way.tried;
  }

  /// Until channels could be published to again, seconds; a channel of a stage is one of them.
  double back(Route route, double percentile) {
    return way(route).back.getValueAtPercentile(percentile) / 1e3;
  }

  /// Until Kafka had other leaders than the broker that was hit, the slowest time, seconds.
  OptionalDouble failOver() {
    return failOver;
  }

  /// How much later than that the last channel was back, the worst time, seconds.
  OptionalDouble later(Route route) {
    return way(route).later;
  }

  /// One way of publishing.
  private static final class Way {
    private final Histogram back = new Histogram(LONGEST_MS, DIGITS);
    private OptionalDouble later = OptionalDouble.empty();
    private long tried;
    private long taken;

    private void isLater(double seconds) {
      later = OptionalDouble.of(Math.max(seconds, later.orElse(seconds)));
    }
  }

  /// The longest time without an acknowledgement, of one channel. What it is told comes in order.
  private static final class Gap {
    private final Route route;
    private long last;
    private long longest;

    Gap(Route route, long strike) {
      this.route = route;
      this.last = strike;
    }

    private void ends(long at) {
      longest = Math.max(longest, at - last);
      last = Math.max(last, at);
    }
  }
}
