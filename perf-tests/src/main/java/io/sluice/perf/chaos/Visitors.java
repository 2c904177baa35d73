package io.sluice.perf.chaos;

import io.sluice.perf.chaos.Fact.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Those that come and go while things go wrong: [Newcomers], [SlowClients] and [Hostile] ones, and
/// what nodes have of the slow ones. One thread.
final class Visitors implements AutoCloseable {
  private final Newcomers newcomers;
  private final SlowClients slow;
  private final LagWatch watch;
  private final Hostile hostile;

  /// Lets them come.
  Visitors(Cluster cluster, Channels channels, long seed) {
    newcomers = new Newcomers(cluster, channels, seed);
    slow = new SlowClients(cluster, channels);
    hostile = new Hostile(cluster, seed);
    watch = new LagWatch(cluster);
  }

  /// Of those that are owed something.
  List<History> histories() {
    return Stream.concat(newcomers.histories().stream(), slow.histories().stream()).toList();
  }

  LagWatch.Seen lags() {
    return watch.seen();
  }

  /// Those that were ended for good.
  List<Fact> stuck() {
    return Stream.of(newcomers.stuck(), slow.stuck(), hostile.stuck())
        .flatMap(List::stream)
        .toList();
  }

  /// A round in which nobody came, or nobody was slow, has proved nothing of them.
  List<Fact> unproven() {
    return unproven(watch.seen(), newcomers.histories(), slow.histories());
  }

  static List<Fact> unproven(LagWatch.Seen seen, List<History> newcomers, List<History> readers) {
    List<Fact> facts = new ArrayList<>();
    if (seen.lagging() == 0) {
      facts.add(new Fact(Kind.STUCK, "slow clients", "no node had one that lagged"));
    }
    if (seen.closed() == 0) {
      facts.add(new Fact(Kind.STUCK, "slow clients", "no node has closed one that never reads"));
    }
    if (readers.stream().allMatch(it -> it.received() <= SlowClients.AT_ONCE)) {
      facts.add(new Fact(Kind.STUCK, "slow clients", "none has caught up with anything"));
    }
    if (newcomers.stream().allMatch(it -> it.received() == 0)) {
      facts.add(new Fact(Kind.STUCK, "newcomers", "none was given anything"));
    }
    return facts;
  }

  /// Has them leave; they may be asked as before. Idempotent.
  @Override
  public void close() {
    watch.close();
    hostile.close();
    slow.close();
    newcomers.close();
  }
}
