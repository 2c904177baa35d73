package io.sluice.gateway.hub;

import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The subscribers of one loop that were given something and are due a write. Confined to the loop.
final class FlushQueue {
  private static final Logger log = LoggerFactory.getLogger(FlushQueue.class);

  /// Connections flushed in one task, about 2 ms of writes; then reads and timers run.
  private static final int FLUSHES_A_TASK = 256;

  private final LoopThread thread;
  private final ArrayDeque<Subscriber> dirty = new ArrayDeque<>();
  private boolean flushing;

  FlushQueue(LoopThread thread) {
    this.thread = thread;
  }

  /// It was given something.
  void add(Subscriber subscriber) {
    if (subscriber.markDirty()) {
      dirty.add(subscriber);
    }
  }

  /// Has everyone flushed, unless that is under way.
  void flushSoon() {
    if (!flushing) {
      flush();
    }
  }

  private void flush() {
    flushing = false;
    for (int n = 0; n < FLUSHES_A_TASK; n++) {
      Subscriber subscriber = dirty.poll();
      if (subscriber == null) {
        return;
      }
      subscriber.clearDirty();
      try {
        subscriber.flush();
      } catch (RuntimeException e) {
        log.error("writing failed", e);
        subscriber.broken(e);
      }
    }
    if (!dirty.isEmpty()) {
      flushing = true;
      thread.later(this::flush);
    }
  }
}
