package io.sluice.perf.bench;

import io.sluice.perf.swarm.Report;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// Connections are closed when they are old, and come back: how many a second, how soon they are
/// live again, and what deliveries notice, beside a node that lets everybody stay.
final class MovedByAge implements Scenario {
  static final Duration AGE = Duration.ofSeconds(20);

  private static final double DELIVERIES = 5_000;
  private static final Duration LAST = Duration.ofSeconds(10);
  private static final Duration MEASURED = Duration.ofSeconds(30);

  private final int clients;
  private final int channels;

  MovedByAge(int clients, int channels) {
    this.clients = clients;
    this.channels = channels;
  }

  @Override
  public String name() {
    return "moved by age";
  }

  @Override
  public List<Contender> contenders(Lab lab) {
    return lab.asked(Contender.Ability.AGES);
  }

  @Override
  public void round(Lab lab, Contender node) throws IOException {
    String variant =
        String.format(Locale.ROOT, "%,d clients, %,.0f deliveries a second", clients, DELIVERIES);
    if (lab.cannot(Contender.Ability.AGES, this, variant, node, Figures.MOVED)) {
      return;
    }
    try (Session session = Session.open(lab, node, clients, channels)) {
      session.someAreAway(clients / 10);
      // until those who came together no longer leave together
      var _ = session.attempt(DELIVERIES, AGE.multipliedBy(2), LAST);
      Outcome load = session.attempt(DELIVERIES, MEASURED, LAST);
      Report after = lab.swarm().ask();
      lab.found(this, variant, node, Figures.MOVED, (double) load.ended() / MEASURED.toSeconds());
      lab.found(this, variant, node, Figures.P50, load.millis(50));
      lab.found(this, variant, node, Figures.P99, load.millis(99));
      lab.found(this, variant, node, Figures.CPU, load.serverMicrosPerDelivery());
      if (load.ended() > 0) {
        lab.found(
            this,
            variant,
            node,
            Figures.RETURN_P99,
            after.returnTimes().getValueAtPercentile(99) / 1e3);
      }
      if (!load.complete()) {
        lab.findings().fault("not all of a load that anybody could bear has arrived");
      }
      long lost = after.verdicts().getOrDefault("lost", 0L);
      if (lost > 0) {
        lab.findings().fault(lost + " positions could not be recovered a moment later");
      }
    }
  }
}
