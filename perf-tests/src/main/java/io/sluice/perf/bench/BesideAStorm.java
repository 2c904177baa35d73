package io.sluice.perf.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/// What clients that stay notice of others that were cut, come back and are given what they missed:
/// the latency of live publications to them from the moment the first may come back to the moment
/// the last has everything, against the same publications a moment before, while the others were
/// there and quiet. Those that stay are a process of their own, so that their latency is not the
/// time the other clients take to read.
final class BesideAStorm implements Scenario {
  static final String NAME = "others that stay";

  private static final int CHANNELS = 20;

  /// Some hundred publications in the few seconds that it takes.
  private static final double DELIVERIES = 2_000;

  private static final double WARMING = 5_000;

  /// Storms before the one that is measured: what the JVMs compile in the first ones is no cost of
  /// recovery.
  private static final int BEFORE = 3;

  private final Absence absence;
  private final int staying;
  private final Contender.Ability needed;

  /// @param absence of the others
  /// @param staying how many stay, on channels of their own
  /// @param needed what a contender must be able to do
  BesideAStorm(Absence absence, int staying, Contender.Ability needed) {
    this.absence = absence;
    this.staying = staying;
    this.needed = needed;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Contender> contenders(Lab lab) {
    return lab.asked(needed);
  }

  @Override
  public void round(Lab lab, Contender contender) throws IOException {
    String storm = variant("beside " + absence.variant());
    if (lab.cannot(needed, this, storm, contender, Figures.P99)) {
      return;
    }
    try (Session leaving =
            Session.openReturning(lab, contender, absence.clients(), absence.channels());
        Session stays = Session.open(lab.beside(), contender, staying, CHANNELS)) {
      leaving.warm(WARMING);
      for (int i = 0; i < BEFORE; i++) {
        leaving.sound(leaving.missed(absence, () -> {}));
      }
      stays.run(DELIVERIES, lab.effort().warming());
      Outcome quiet = stays.run(DELIVERIES, lab.effort().paced());
      CompletableFuture<Returned> back = missed(leaving);
      Outcome during = beside(back, stays);
      double seconds = leaving.sound(back.join()).took().toNanos() / 1e9;
      found(lab, contender, variant("quiet"), quiet);
      found(lab, contender, storm, during);
      lab.found(this, storm, contender, Figures.P99_TO_QUIET, during.millis(99) / quiet.millis(99));
      lab.found(this, storm, contender, Figures.CAUGHT_UP, seconds);
    }
  }

  private CompletableFuture<Returned> missed(Session leaving) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return leaving.missed(absence, () -> {});
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        Session::inAThread);
  }

  /// Ends with the storm, whatever happens: its session is not to be closed under it.
  private Outcome beside(CompletableFuture<?> storm, Session stays) throws IOException {
    try {
      stays.run(DELIVERIES, absence.away());
      return stays.during(DELIVERIES, () -> !storm.isDone());
    } finally {
      storm.handle((_, failure) -> failure == null).join();
    }
  }

  private String variant(String what) {
    return String.format(Locale.ROOT, "%,d clients, %s", staying, what);
  }

  private void found(Lab lab, Contender contender, String variant, Outcome it) {
    lab.found(this, variant, contender, Figures.P50, it.millis(50));
    lab.found(this, variant, contender, Figures.P99, it.millis(99));
    lab.found(this, variant, contender, Figures.MAX, it.millis(100));
  }
}
