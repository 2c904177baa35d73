package io.sluice.perf.bench;

import io.sluice.perf.run.ProcessTree;
import io.sluice.perf.swarm.Report;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/// Everybody is cut at once while publications go on, and comes back as SDKs do: who has recovered
/// everything, when, and at what cost.
final class ReconnectStorm implements Scenario {
  private static final double DELIVERIES = 5_000;
  private static final Duration BEFORE = Duration.ofSeconds(2);
  private static final Duration DURING = Duration.ofSeconds(8);

  private final int clients;
  private final int channels;

  ReconnectStorm(int clients, int channels) {
    this.clients = clients;
    this.channels = channels;
  }

  @Override
  public String name() {
    return "reconnect storm";
  }

  @Override
  public List<Contender> contenders(Lab lab) {
    return lab.asked(Contender.Ability.RECOVERS);
  }

  @Override
  public void round(Lab lab, Contender contender) throws IOException {
    String variant = String.format(Locale.ROOT, "%,d clients cut at once", clients);
    if (lab.cannot(Contender.Ability.RECOVERS, this, variant, contender, Figures.RECOVERED)) {
      return;
    }
    try (Session session = Session.openReturning(lab, contender, clients, channels)) {
      Duration without = session.run(DELIVERIES, BEFORE).serverCpu();
      Duration before = ProcessTree.cpu(contender.pid());
      CompletableFuture<?> publishing =
          CompletableFuture.runAsync(
              () -> session.load().run(DELIVERIES * channels / clients, DURING));
      Report back = lab.swarm().cut(1, Duration.ZERO);
      Duration cpu = ProcessTree.cpu(contender.pid()).minus(before);
      publishing.join();
      long returned = back.verdicts().getOrDefault("recovered", 0L);
      long lost = back.verdicts().getOrDefault("lost", 0L);
      lab.found(this, variant, contender, Figures.BACK, back.tookMs() / 1e3);
      lab.found(this, variant, contender, Figures.RECOVERED, 100.0 * returned / (returned + lost));
      lab.found(
          this,
          variant,
          contender,
          Figures.CPU_PER_RETURN,
          (cpu.toNanos() - without.toNanos() * back.tookMs() / (double) BEFORE.toMillis())
              / 1e3
              / clients);
      if (lost > 0) {
        lab.findings()
            .fault(
                "%s: %d positions could not be recovered a moment later"
                    .formatted(contender.name(), lost));
      }
      if (back.live() < clients) {
        lab.findings()
            .fault(
                "%s: of %d clients cut, %d came back within 70 s: %s"
                    .formatted(contender.name(), clients, back.live(), back.ends()));
      }
    }
  }
}
