package io.sluice.perf.bench;

import io.sluice.perf.report.Metric;
import io.sluice.perf.run.Accounting;
import io.sluice.perf.swarm.Report;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/// Everybody is cut at once and stays away while much is published; then all come back as SDKs do:
/// when they have everything, from where, and at what cost.
final class MissedWhileAway implements Scenario {
  private static final Duration AWAY = Duration.ofSeconds(10);

  /// Before the first comes back.
  private static final Duration PUBLISHING = Duration.ofSeconds(8);

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final double WARMING = 5_000;

  private final int clients;
  private final int channels;
  private final int missed;

  /// @param missed publications of each channel
  MissedWhileAway(int clients, int channels, int missed) {
    this.clients = clients;
    this.channels = channels;
    this.missed = missed;
  }

  @Override
  public String name() {
    return "missed while away";
  }

  @Override
  public List<Contender> contenders(Lab lab) {
    return lab.contenders().stream().filter(it -> it.can(Contender.Ability.RECOVERS)).toList();
  }

  @Override
  public void round(Lab lab, Contender contender) throws IOException {
    try (Session session = Session.open(lab, contender, clients, channels)) {
      session.warm(WARMING);
      OptionalDouble scans = contender.metric("sluice_replay_scans_total");
      OptionalDouble read = contender.metric("sluice_replay_records_total");
      Duration before = Accounting.cpu(contender.pid());
      long publications = (long) missed * channels;
      Session.Returned back = session.missed(publications, PUBLISHING, AWAY, LIMIT);
      Duration cpu = Accounting.cpu(contender.pid()).minus(before);
      String variant = String.format(Locale.ROOT, "%,d clients × %,d missed", clients, missed);
      double seconds = back.took().toNanos() / 1e9;
      lab.found(this, variant, contender, Figures.BACK, back.back().toNanos() / 1e9);
      lab.found(this, variant, contender, Figures.CAUGHT_UP, seconds);
      lab.found(
          this,
          variant,
          contender,
          Figures.DELIVERIES,
          back.deliveries() / Math.max(1e-3, seconds));
      lab.found(
          this,
          variant,
          contender,
          Figures.CPU,
          cpu.toNanos() / 1e3 / Math.max(1, back.deliveries()));
      lab.found(this, variant, contender, Figures.RECOVERED, recovered(back.report()));
      since(lab, contender, variant, "sluice_replay_scans_total", Figures.SCANS, scans);
      since(lab, contender, variant, "sluice_replay_records_total", Figures.READ_AGAIN, read);
      if (!back.complete()) {
        lab.findings()
            .fault(
                "%s, %s: %d of %d missed deliveries came within %d s"
                    .formatted(
                        contender.name(),
                        variant,
                        back.deliveries(),
                        publications * clients / channels,
                        LIMIT.toSeconds()));
      }
    }
  }

  private static double recovered(Report report) {
    long returned = report.verdicts().getOrDefault("recovered", 0L);
    long lost = report.verdicts().getOrDefault("lost", 0L);
    return 100.0 * returned / Math.max(1, returned + lost);
  }

  private void since(
      Lab lab,
      Contender contender,
      String variant,
      String metric,
      Metric figure,
      OptionalDouble before)
      throws IOException {
    OptionalDouble now = contender.metric(metric);
    if (now.isPresent()) {
      lab.found(this, variant, contender, figure, now.getAsDouble() - before.orElse(0));
    } else {
      lab.note(this, variant, contender, figure, "not told");
    }
  }
}
