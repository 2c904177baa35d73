package io.sluice.perf.bench;

import io.sluice.perf.run.ProcessTree;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// Everybody is cut at once and stays away while much is published; then all come back as SDKs do:
/// when they have everything, from where, and at what cost. Measured on a node that has just been
/// started, whose JVM still compiles what it runs as all clients' JVMs do, and on the same node
/// when that has happened to it a few times.
final class MissedWhileAway implements Scenario {
  static final String NAME = "missed while away";

  private static final double WARMING = 5_000;

  /// Unmeasured, between the first and the last: by then hardly anything is compiled any more.
  private static final int BETWEEN = 3;

  private final Absence absence;
  private final String goal;

  private final Contender.Ability needed;

  private MissedWhileAway(Absence absence, String goal, Contender.Ability needed) {
    this.absence = absence;
    this.goal = goal;
    this.needed = needed;
  }

  /// What they missed is in memory where the contender's has room for it.
  ///
  /// @param needed what a contender must be able to do
  static MissedWhileAway of(Absence absence, Contender.Ability needed) {
    return new MissedWhileAway(absence, "", needed);
  }

  /// The same, where it should take no longer than that.
  ///
  /// @param back until all are back
  /// @param caughtUp until all have what they missed
  static MissedWhileAway within(Absence absence, Duration back, Duration caughtUp) {
    return new MissedWhileAway(
        absence,
        "all are back within %d s, and have all within %d s, on two cores, with at most one reading of Kafka for each partition"
            .formatted(back.toSeconds(), caughtUp.toSeconds()),
        Contender.Ability.RECOVERS);
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
    String again = absence.variant() + ", once more";
    if (lab.cannot(needed, this, again, contender, Figures.CAUGHT_UP)) {
      return;
    }
    try (Session session =
        Session.openReturning(lab, contender, absence.clients(), absence.channels())) {
      session.warm(WARMING);
      storm(lab, contender, session, absence.variant() + ", a first time");
      for (int i = 0; i < BETWEEN; i++) {
        session.sound(session.missed(absence, () -> {}));
      }
      storm(lab, contender, session, again);
      if (!goal.isEmpty() && contender.can(Contender.Ability.PARTS)) {
        lab.goal(this, again, contender, Figures.CAUGHT_UP, goal);
      }
    }
  }

  private void storm(Lab lab, Contender contender, Session session, String variant)
      throws IOException {
    KafkaReads reads = KafkaReads.fromNow(contender);
    Duration before = ProcessTree.cpu(contender.pid());
    Returned back = session.sound(session.missed(absence, () -> {}));
    Duration cpu = ProcessTree.cpu(contender.pid()).minus(before);
    double seconds = Math.max(1e-3, back.took().toNanos() / 1e9);
    double deliveries = Math.max(1, back.deliveries());
    lab.found(this, variant, contender, Figures.BACK, back.back().toNanos() / 1e9);
    lab.found(this, variant, contender, Figures.CAUGHT_UP, seconds);
    lab.found(this, variant, contender, Figures.RECOVERY_P50, back.recoveryMillis(50));
    lab.found(this, variant, contender, Figures.RECOVERY_P99, back.recoveryMillis(99));
    lab.found(this, variant, contender, Figures.DELIVERIES, back.deliveries() / seconds);
    lab.found(this, variant, contender, Figures.CPU, cpu.toNanos() / 1e3 / deliveries);
    double clientCpu = back.clientCpu().toNanos() / 1e3 / deliveries;
    lab.found(this, variant, contender, Figures.CLIENT_CPU, clientCpu);
    lab.found(this, variant, contender, Figures.RECOVERED, back.recovered());
    reads.found(lab, this, variant);
  }
}
