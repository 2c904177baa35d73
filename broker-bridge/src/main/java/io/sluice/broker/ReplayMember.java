package io.sluice.broker;

import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One of those a scan reads for. Scan and taker meet here; every step is under its monitor.
final class ReplayMember implements Replay {
  private static final Logger log = LoggerFactory.getLogger(ReplayMember.class);
  private static final Step WAIT = new Step.Wait();
  private static final Step LATE = new Step.Late();

  final TailedPartition partition;
  final Window window;
  final Set<String> keys;
  final long from;
  final long begun = System.nanoTime();
  private final Runnable progress;
  private final Runnable left;
  private final Semaphore keeping;

  private Step step = WAIT;
  private @Nullable CountDownLatch taken;
  private boolean kept;
  private boolean closed;

  /// @param left called once, when it is closed
  /// @param keeping a permit for each stretch that is kept
  ReplayMember(
      TailedPartition partition,
      Window window,
      Set<String> keys,
      long from,
      Runnable progress,
      Runnable left,
      Semaphore keeping) {
    this.partition = partition;
    this.window = window;
    this.keys = Set.copyOf(keys);
    this.from = from;
    this.progress = progress;
    this.left = left;
    this.keeping = keeping;
  }

  // the taker's

  @Override
  public synchronized Step next() {
    return step;
  }

  @Override
  public synchronized void done() {
    if (step instanceof Step.Take) {
      step = kept ? LATE : WAIT;
      letGo();
    }
  }

  @Override
  public synchronized boolean keep() {
    if (step instanceof Step.Take && !kept && keeping.tryAcquire()) {
      kept = true;
      countDown();
    }
    return kept;
  }

  /// Nobody waits for it, and it holds nothing.
  private void letGo() {
    if (kept) {
      kept = false;
      keeping.release();
    }
    countDown();
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      step = WAIT;
      letGo();
    }
    left.run();
  }

  private void countDown() {
    CountDownLatch latch = taken;
    if (latch != null) {
      taken = null;
      latch.countDown();
    }
  }

  // the scan's

  /// Whether it wants no more of this scan.
  synchronized boolean gone() {
    return closed || kept || step instanceof Step.Late;
  }

  /// Whether a stretch that ends there is of any use to it.
  boolean wants(Window records) {
    return keys.stream().anyMatch(records::has);
  }

  /// @param latch counted down once it was taken
  void give(Window records, CountDownLatch latch) {
    synchronized (this) {
      if (gone()) {
        latch.countDown();
        return;
      }
      step = new Step.Take(records);
      taken = latch;
    }
    tell();
  }

  /// It has not taken what it was given in time.
  ///
  /// @return whether that is so
  boolean leaveBehind() {
    synchronized (this) {
      if (gone() || !(step instanceof Step.Take)) {
        return false;
      }
      step = LATE;
      taken = null;
    }
    tell();
    return true;
  }

  /// Others have their turn; whoever wants more begins anew.
  void dismiss() {
    synchronized (this) {
      if (gone()) {
        return;
      }
      step = LATE;
      countDown();
    }
    tell();
  }

  void fail(Fault why) {
    synchronized (this) {
      if (gone()) {
        return; // what it keeps is good
      }
      step = new Step.Failed(why);
      countDown();
    }
    tell();
  }

  /// What one of them throws is not the others' concern.
  private void tell() {
    try {
      progress.run();
    } catch (RuntimeException e) {
      log.error("a reader below the window could not be told partition={}", partition, e);
    }
  }
}
