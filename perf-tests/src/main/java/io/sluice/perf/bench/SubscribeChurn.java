package io.sluice.perf.bench;

import io.sluice.perf.run.ProcessTree;
import io.sluice.perf.swarm.Report;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;

/// Clients leave channels and come back all the time, beside deliveries that must not suffer.
final class SubscribeChurn implements Scenario {
  private static final double CHURN = 2_000;
  private static final double DELIVERIES = 2_000;

  /// So many times as long as another load clients come and go before that is measured: what a
  /// subscription costs is run once for each of them, and compilers wait for thousands.
  private static final int WARMING_STEPS = 12;

  private static final Duration ALL_BACK = Duration.ofSeconds(10);
  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(20);

  private final int clients;
  private final int channels;

  SubscribeChurn(int clients, int channels) {
    this.clients = clients;
    this.channels = channels;
  }

  @Override
  public String name() {
    return "subscribe churn";
  }

  @Override
  public java.util.List<Contender> contenders(Lab lab) {
    return lab.asked(Contender.Ability.UNSUBSCRIBES);
  }

  @Override
  public void round(Lab lab, Contender contender) throws IOException {
    String variant = String.format(Locale.ROOT, "%,.0f/s asked for", CHURN);
    if (lab.cannot(Contender.Ability.UNSUBSCRIBES, this, variant, contender, Figures.SUBSCRIBES)) {
      return;
    }
    try (Session session = Session.open(lab, contender, clients, channels)) {
      warm(lab, session);
      Duration without = session.run(DELIVERIES, lab.effort().paced()).serverCpu();
      Report before = lab.swarm().churn(CHURN);
      long start = System.nanoTime();
      Duration cpuBefore = ProcessTree.cpu(contender.pid());
      lab.swarm().measure();
      session.load().run(DELIVERIES * channels / clients, lab.effort().paced());
      Report after = lab.swarm().churn(0);
      Duration cpu = ProcessTree.cpu(contender.pid()).minus(cpuBefore);
      double seconds = (System.nanoTime() - start) / 1e9;
      double subscribes = fresh(after) - fresh(before);
      lab.found(this, variant, contender, Figures.SUBSCRIBES, subscribes / seconds);
      lab.found(
          this,
          variant,
          contender,
          Figures.CPU_PER_SUBSCRIBE,
          cpu.minus(without).toNanos() / 1e3 / subscribes);
      lab.found(
          this, variant, contender, Figures.P99, after.latencies().getValueAtPercentile(99) / 1e3);
    }
  }

  private void warm(Lab lab, Session session) throws IOException {
    Duration howLong = lab.effort().warming().multipliedBy(WARMING_STEPS);
    lab.swarm().churn(CHURN);
    session.load().run(DELIVERIES * channels / clients, howLong);
    lab.swarm().churn(0);
    long deadline = System.nanoTime() + ALL_BACK.toNanos();
    while (lab.swarm().count().live() < clients) {
      if (System.nanoTime() > deadline) {
        throw new IOException("not all came back to their channels within " + ALL_BACK);
      }
      Session.pause(BETWEEN_QUESTIONS);
    }
  }

  private static double fresh(Report report) {
    return report.verdicts().getOrDefault("fresh", 0L);
  }
}
