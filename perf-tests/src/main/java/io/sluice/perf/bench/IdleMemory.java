package io.sluice.perf.bench;

import io.sluice.perf.run.Accounting;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/// What an idle connection with one subscription holds, in a server that was just started: what its
/// process grows by outside the heap, which is all there from the start, and what is alive on the
/// heap.
final class IdleMemory implements Scenario {
  /// Brings code and pools into the state they stay in.
  private static final int WARMING = 2_000;

  private static final double KB = 1_000;

  @Override
  public String name() {
    return "idle memory";
  }

  @Override
  public List<Contender> contenders(Lab lab) {
    // how it batches changes nothing for who is idle
    return lab.contenders().stream().filter(it -> !it.name().startsWith("floor,")).toList();
  }

  @Override
  public void round(Lab lab, Contender contender) throws IOException {
    int count = lab.effort().idleConnections();
    contender.restart(List.of());
    try (Session warming = Session.open(lab, contender, WARMING, WARMING)) {
      warming.run(WARMING, lab.effort().warming());
    }
    long heapBefore = Accounting.liveHeapBytes(contender.pid());
    long residentBefore = Accounting.residentBytes(contender.pid());
    try (Session session = Session.open(lab, contender, count, count)) {
      double heap = Accounting.liveHeapBytes(contender.pid()) - heapBefore;
      double outside = Accounting.residentBytes(contender.pid()) - residentBefore;
      session.requireAllLive();
      String variant = String.format(Locale.ROOT, "%,d connections", count);
      lab.found(this, variant, contender, Figures.MEMORY, (outside + heap) / count / KB);
      lab.found(this, variant, contender, Figures.HEAP, heap / count / KB);
    }
  }
}
