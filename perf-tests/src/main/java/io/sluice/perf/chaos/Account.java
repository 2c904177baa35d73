package io.sluice.perf.chaos;

import io.sluice.perf.chaos.Fault.Effect;
import java.util.HashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// What one kind of fault did, of all its stages together. Made on one thread, then read.
final class Account {
  private static final long LONGEST_MS = 600_000;
  private static final int DIGITS = 3;

  private final Fault fault;
  private final Histogram liveAgain = new Histogram(LONGEST_MS, DIGITS);
  private final Histogram delivery = new Histogram(LONGEST_MS, DIGITS);
  private final Outages outages = new Outages();
  private int times;
  private double fewestLive = 1;

  Account(Fault fault) {
    this.fault = fault;
  }

  /// Adds a stage of a round.
  void add(Stage stage, Round.Outcome round) {
    times++;
    fewestLive = Math.min(fewestLive, (double) stage.fewestLive() / stage.clients());
    round.histories().forEach(history -> client(stage, history));
    outages.add(stage, round.published());
    deliveries(stage, round);
  }

  private void client(Stage stage, History history) {
    long since = stage.strike();
    long last = -1;
    boolean ended = false;
    for (Event event : history.events()) {
      if (event.at() < stage.begin() || event.at() > stage.end()) {
        continue;
      }
      switch (event) {
        case Event.Ended it -> {
          ended = true;
          if (fault.effect() == Effect.ENDS_ONE_BY_ONE) {
            since = it.at();
          }
        }
        case Event.Live it -> {
          if (ended) {
            last = it.at() - since;
            if (fault.effect() == Effect.ENDS_ONE_BY_ONE) {
              record(liveAgain, last);
            }
          }
        }
        case Event.Connected _, Event.Unreachable _, Event.Subscribed _, Event.Received _ -> {}
      }
    }
    if (last >= 0 && fault.effect() != Effect.ENDS_ONE_BY_ONE) {
      record(liveAgain, last);
    }
  }

  private void deliveries(Stage stage, Round.Outcome round) {
    Map<Long, Long> begun = new HashMap<>();
    for (Publish publish : round.published()) {
      if (publish.begun() >= stage.begin() && publish.begun() <= stage.end()) {
        begun.put(key(publish.channel(), publish.number()), publish.begun());
      }
    }
    for (History history : round.histories()) {
      for (Event event : history.events()) {
        if (event instanceof Event.Received it) {
          Long from = begun.get(key(it.channel(), it.number()));
          if (from != null) {
            record(delivery, it.at() - from);
          }
        }
      }
    }
  }

  private static long key(int channel, long number) {
    return ((long) channel << 40) | number;
  }

  private static void record(Histogram histogram, long nanos) {
    histogram.recordValue(Math.clamp(nanos / 1_000_000, 0, LONGEST_MS));
  }

  Fault fault() {
    return fault;
  }

  int times() {
    return times;
  }

  /// How often a client lost its connection.
  long affected() {
    return liveAgain.getTotalCount();
  }

  /// Until they were live again, seconds.
  double liveAgain(double percentile) {
    return liveAgain.getValueAtPercentile(percentile) / 1e3;
  }

  /// From publishing to a client that had it, also where that was away, seconds.
  double delivery(double percentile) {
    return delivery.getValueAtPercentile(percentile) / 1e3;
  }

  /// Share of the clients that were live at the worst moment.
  double fewestLive() {
    return fewestLive;
  }

  /// How publishing fared.
  Outages outages() {
    return outages;
  }
}
