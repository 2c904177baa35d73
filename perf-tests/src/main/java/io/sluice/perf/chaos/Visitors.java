package io.sluice.perf.chaos;

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
    return newcomers.stuck();
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
