package io.sluice.perf.bench;

import io.sluice.perf.run.ProcessTree;
import io.sluice.perf.swarm.Report;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/// Everybody is cut at once at a node that admits so many a second: how soon most and all are back,
/// what those that are back notice of the others that are still coming, and what the node holds.
final class AdmittedStorm implements Scenario {
  static final String NAME = "storm, admitted";

  /// As nodes have it by default.
  static final int RATE = 1_000;

  private static final double DELIVERIES = 5_000;
  private static final double MOST = 90;

  private static final int CHANNELS = 500;
  private static final double MIB = 1024 * 1024;

  private final int clients;

  AdmittedStorm(int clients) {
    this.clients = clients;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Contender> contenders(Lab lab) {
    return Stream.concat(Stream.of(lab.node(NodeSetup.admitting(RATE))), lab.peers().stream())
        .toList();
  }

  @Override
  public void round(Lab lab, Contender node) throws IOException {
    String variant =
        String.format(Locale.ROOT, "%,d clients cut, %,d a second admitted", clients, RATE);
    if (lab.cannot(Contender.Ability.ADMITS, this, variant, node, Figures.BACK_MOST)) {
      return;
    }
    try (Session session = Session.open(lab, node, clients, CHANNELS)) {
      session.warm(DELIVERIES);
      Outcome quiet = session.run(DELIVERIES, lab.effort().paced());
      long before = ProcessTree.residentBytes(node.pid());
      lab.swarm().measure();
      CompletableFuture<Report> storm = new CompletableFuture<>();
      CompletableFuture<?> publishing =
          CompletableFuture.runAsync(
              () -> session.load().during(DELIVERIES * CHANNELS / clients, () -> !storm.isDone()),
              Session::inAThread);
      Report back = cut(lab, storm);
      publishing.join();
      Report after = lab.swarm().ask();
      lab.found(this, variant, node, Figures.BACK_MOST, seconds(back, MOST));
      lab.found(this, variant, node, Figures.BACK, back.tookMs() / 1e3);
      double p99 = after.latencies().getValueAtPercentile(99) / 1e3;
      lab.found(this, variant, node, Figures.P99, p99);
      lab.found(this, variant, node, Figures.P99_TO_QUIET, p99 / quiet.millis(99));
      lab.found(
          this,
          variant,
          node,
          Figures.GROWN_RESIDENT,
          (ProcessTree.residentBytes(node.pid()) - before) / MIB);
      if (back.live() < clients) {
        lab.findings()
            .fault(
                "of %d clients cut, %d came back within 70 s: %s"
                    .formatted(clients, back.live(), back.ends()));
      }
      long lost = back.verdicts().getOrDefault("lost", 0L);
      if (lost > 0) {
        lab.findings().fault(lost + " positions could not be recovered a moment later");
      }
    }
  }

  /// Publishing ends with it, whatever happens.
  private static Report cut(Lab lab, CompletableFuture<Report> storm) throws IOException {
    try {
      Report back = lab.swarm().cut(1, Duration.ZERO);
      storm.complete(back);
      return back;
    } finally {
      storm.cancel(false);
    }
  }

  private static double seconds(Report back, double percentile) {
    return back.returnTimes().getValueAtPercentile(percentile) / 1e6;
  }
}
