package io.sluice.perf.chaos;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
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

  /// A client is away from the first end of a connection after it was live until it is live again,
  /// however many connections come to nothing meanwhile; at the stage's end at the latest, also
  /// when it is not back by then.
  private void client(Stage stage, History history) {
    boolean oneByOne = fault.effect().isOneByOne();
    boolean live = false;
    OptionalLong away = OptionalLong.empty();
    OptionalLong back = OptionalLong.empty();
    for (Event event : history.events()) {
      if (event.at() > stage.end()) {
        break;
      }
      switch (event) {
        case Event.Ended it -> {
          if (live) {
            away = OptionalLong.of(Math.max(it.at(), stage.strike()));
          }
          live = false;
        }
        case Event.Live it -> {
          if (away.isPresent() && it.at() >= stage.strike()) {
            back = OptionalLong.of(it.at());
            if (oneByOne) {
              record(liveAgain, it.at() - away.getAsLong());
            }
          }
          away = OptionalLong.empty();
          live = true;
        }
        case Event.Connected _,
            Event.Session _,
            Event.Left _,
            Event.Unreachable _,
            Event.Subscribed _,
            Event.Received _ -> {}
      }
    }
    if (away.isPresent()) {
      back = OptionalLong.of(stage.end());
      if (oneByOne) {
        record(liveAgain, stage.end() - away.getAsLong());
      }
    }
    if (back.isPresent() && !oneByOne) {
      record(liveAgain, back.getAsLong() - stage.strike());
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

  /// How often a client that was live lost its connection; where a fault hits all at one moment,
  /// how many clients did, in each stage.
  long affected() {
    return liveAgain.getTotalCount();
  }

  /// Until they were live again, seconds: each time from the end of its connection on, or, where a
  /// fault hits all at one moment, from that moment on until a client was for the last time.
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
