package io.sluice.gateway.edge;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Coarse timers for very many connections of one loop: one tick drives them all, setting and
/// cancelling cost a few writes. Confined to the loop.
final class TickWheel {
  private static final Logger log = LoggerFactory.getLogger(TickWheel.class);

  /// The length of a tick, milliseconds. Timers fire up to two ticks late, never early.
  static final int TICK_MS = 250;

  /// A power of two; timers beyond 128 s go round more than once.
  private static final int SLOTS = 512;

  /// One timer; set or not. Belongs to what it wakes.
  static final class Timer {
    private final Runnable task;
    private final Consumer<Throwable> failed;
    private @Nullable Timer previous;
    private @Nullable Timer next;
    private int slot = -1;
    private long due;

    /// @param failed told what the task threw; it ends what the timer belongs to
    Timer(Runnable task, Consumer<Throwable> failed) {
      this.task = task;
      this.failed = failed;
    }
  }

  private final @Nullable Timer[] slots = new Timer[SLOTS];
  private long now;

  /// Milliseconds that have passed here, in whole ticks. When a timer fires, at least its delay has
  /// passed since it was set.
  long nowMs() {
    return now * TICK_MS;
  }

  /// Sets a timer, in place of what it was set to.
  void set(Timer timer, long delayMs) {
    cancel(timer);
    timer.due = now + 1 + (delayMs + TICK_MS - 1) / TICK_MS; // the present tick is part gone
    timer.slot = (int) (timer.due & (SLOTS - 1));
    Timer head = slots[timer.slot];
    timer.next = head;
    if (head != null) {
      head.previous = timer;
    }
    slots[timer.slot] = timer;
  }

  /// Without effect when it is not set.
  void cancel(Timer timer) {
    if (timer.slot < 0) {
      return;
    }
    if (timer.previous == null) {
      slots[timer.slot] = timer.next;
    } else {
      timer.previous.next = timer.next;
    }
    if (timer.next != null) {
      timer.next.previous = timer.previous;
    }
    timer.previous = null;
    timer.next = null;
    timer.slot = -1;
  }

  /// A tick has passed: runs what is due. A task may set its own timer again, but no other.
  void tick() {
    now++;
    Timer due = takeDue((int) (now & (SLOTS - 1)));
    while (due != null) {
      Timer following = due.next;
      due.next = null;
      run(due);
      due = following;
    }
  }

  /// Nothing may come out of a tick: it would end the loop's periodic task, and all timers with it.
  /// Errors too: Netty tells by one that direct memory has run out.
  private static void run(Timer timer) {
    try {
      timer.task.run();
    } catch (Throwable e) {
      try {
        timer.failed.accept(e);
      } catch (Throwable again) {
        log.error("a timer failed, and so did what it was to end", again);
      }
    }
  }

  /// Unlinks all due timers of a slot before any task runs, so that tasks may change the slot. They
  /// are chained by `next`, which is why a task may set or cancel its own timer only.
  private @Nullable Timer takeDue(int slot) {
    Timer chain = null;
    Timer timer = slots[slot];
    while (timer != null) {
      Timer following = timer.next;
      if (timer.due <= now) {
        cancel(timer);
        timer.next = chain;
        chain = timer;
      }
      timer = following;
    }
    return chain;
  }
}
