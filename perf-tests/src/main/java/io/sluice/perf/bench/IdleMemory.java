package io.sluice.perf.bench;

import io.sluice.perf.run.Accounting;
import io.sluice.perf.run.ProcessTree;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/// What an idle connection with one subscription holds, in a server that was just started. Once as
/// nodes that matter run: what its process grows by outside the heap, which is all there from the
/// start, and what is alive on the heap. And once with a heap that grows: what the process grows by
/// as a whole, with the room that the collector keeps for itself. Of what is no JVM both are what
/// its process grows by. As many connections were there and left before, at all of them alike: a
/// server that has just been started has memory of its own to get.
final class IdleMemory implements Scenario {
  /// Brings code and pools into the state they stay in: one for so many that are measured. More
  /// would leave memory behind that those who are measured are given then.
  private static final int WARMING_SHARE = 10;

  private static final double KB = 1_000;

  @Override
  public String name() {
    return "idle memory";
  }

  @Override
  public List<Contender> contenders(Lab lab) {
    return lab.different();
  }

  @Override
  public void round(Lab lab, Contender contender) throws IOException {
    if (lab.effort().growingHeap() && contender.can(Contender.Ability.HEAP)) {
      growingHeap(lab, contender);
    }
    wholeHeap(lab, contender); // and leaves a node of that kind to others
  }

  private void growingHeap(Lab lab, Contender contender) throws IOException {
    int count = lab.effort().idleConnections();
    start(lab, contender, contender.growingHeap());
    Accounting.liveHeapBytes(contender.pid()); // collects
    long before = ProcessTree.residentBytes(contender.pid());
    try (Session session = Session.open(lab, contender, count, count)) {
      Accounting.liveHeapBytes(contender.pid());
      double grown = ProcessTree.residentBytes(contender.pid()) - before;
      session.requireAllLive();
      lab.found(this, variant(count), contender, Figures.RESIDENT, grown / count / KB);
    }
  }

  private static void start(Lab lab, Contender contender, List<String> flags) throws IOException {
    contender.restart(flags);
    int few = lab.effort().idleConnections() / WARMING_SHARE;
    try (Session warming = Session.open(lab, contender, few, few)) {
      warming.run(few, lab.effort().warming());
    }
  }

  private static String variant(int count) {
    return String.format(Locale.ROOT, "%,d connections", count);
  }

  private void wholeHeap(Lab lab, Contender contender) throws IOException {
    int count = lab.effort().idleConnections();
    start(lab, contender, List.of());
    boolean hasHeap =
        !lab.cannot(Contender.Ability.HEAP, this, variant(count), contender, Figures.HEAP);
    long heapBefore = hasHeap ? Accounting.liveHeapBytes(contender.pid()) : 0;
    long residentBefore = ProcessTree.residentBytes(contender.pid());
    try (Session session = Session.open(lab, contender, count, count)) {
      double heap = hasHeap ? Accounting.liveHeapBytes(contender.pid()) - heapBefore : 0;
      double outside = ProcessTree.residentBytes(contender.pid()) - residentBefore;
      session.requireAllLive();
      lab.found(this, variant(count), contender, Figures.MEMORY, (outside + heap) / count / KB);
      if (hasHeap) {
        lab.found(this, variant(count), contender, Figures.HEAP, heap / count / KB);
      } else if (lab.effort().growingHeap()) {
        lab.found(this, variant(count), contender, Figures.RESIDENT, outside / count / KB);
      }
    }
  }
}
