package io.sluice.perf.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/// Everybody is away while much is published and the node is then replaced by one that was not
/// there before: how soon they have what they missed once they reach it, and what it has to read
/// for them.
final class AfterARestart implements Scenario {
  static final String NAME = "after a restart";

  private static final double WARMING = 5_000;

  private final Absence absence;

  /// @param absence long enough for the node to be replaced; who comes earlier tries again
  AfterARestart(Absence absence) {
    this.absence = absence;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Contender> contenders(Lab lab) {
    return lab.asked(Contender.Ability.RESTARTS);
  }

  @Override
  public void round(Lab lab, Contender contender) throws IOException {
    String variant = absence.variant();
    if (lab.cannot(Contender.Ability.RESTARTS, this, variant, contender, Figures.RECOVERED)) {
      return;
    }
    try (Session session = Session.open(lab, contender, absence.clients(), absence.channels())) {
      session.run(WARMING, lab.effort().warming());
      AtomicReference<Duration> restart = new AtomicReference<>(Duration.ZERO);
      Returned back = session.sound(session.missed(absence, () -> restart.set(restart(contender))));
      lab.found(this, variant, contender, Figures.READY, restart.get().toNanos() / 1e9);
      lab.found(this, variant, contender, Figures.RECOVERY_P50, back.recoveryMillis(50));
      lab.found(this, variant, contender, Figures.RECOVERY_P99, back.recoveryMillis(99));
      lab.found(this, variant, contender, Figures.RECOVERED, back.recovered());
      KafkaReads.fromStart(contender).found(lab, this, variant);
    }
  }

  private static Duration restart(Contender contender) {
    long start = System.nanoTime();
    try {
      contender.restart(List.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
