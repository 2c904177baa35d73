package io.sluice.gateway.hub;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The subscribers of one loop that were given something and are due a write. They stand in lanes,
/// by how many a publication has: up to 256, to 1,024, to 4,096 and so on, and one for each
/// `max-delay`. Lanes that are due take turns, so nobody waits for the whole of a larger channel.
/// Confined to the loop.
final class FlushQueue {
  private static final Logger log = LoggerFactory.getLogger(FlushQueue.class);

  /// Connections flushed in one task at most; then reads and timers run.
  static final int FLUSHES_A_TASK = 256;

  /// How long such a task may take, nanoseconds.
  private static final long TASK_NANOS = 1_000_000;

  /// Flushes between two looks at the clock; a power of two.
  private static final int LOOK = 16;

  /// The most subscribers of one publication that stand in the first lane.
  static final int FEW = 256;

  /// By how much the next lane's are more.
  private static final int FACTOR_BITS = 2;

  /// Lanes by size; in the last stand all that are more.
  private static final int SIZES = 5;

  /// Bits of an int.
  private static final int MAX_LANES = 32;

  /// Subscribers in the order they are due. One stands in it once at most.
  final class Lane {
    private final int bit;
    private final Duration delay;
    private final ArrayDeque<Subscriber> queue = new ArrayDeque<>();

    /// How many of them are due.
    private int due;

    /// How many have come into it so far.
    private long entered;

    /// How many of those have left it, in the order they came.
    private long left;

    private boolean armed;

    private Lane(int bit, Duration delay) {
      this.bit = bit;
      this.delay = delay;
    }

    private void add(Subscriber subscriber) {
      queue.add(subscriber);
      entered++;
      if (delay.isZero()) {
        due++;
      } else if (!armed) {
        armed = true;
        thread.after(delay, this::fire);
      }
    }

    /// Whoever came since it was armed has waited for the delay, or less.
    private void fire() {
      armed = false;
      due = queue.size();
      flushSoon();
    }

    private boolean flushOne() {
      if (due == 0) {
        return false;
      }
      due--;
      Subscriber subscriber = queue.remove();
      left++;
      subscriber.lanes(subscriber.lanes() & ~bit);
      try {
        subscriber.flush();
      } catch (RuntimeException | OutOfMemoryError e) {
        log.error("writing failed", e);
        subscriber.broken(e);
      }
      return true;
    }
  }

  private final LoopThread thread;
  private final List<Lane> lanes = new ArrayList<>();
  private final Runnable flush = this::flush;
  private Runnable whenFlushed = () -> {};
  private int next;
  private boolean flushing;

  FlushQueue(LoopThread thread) {
    this.thread = thread;
    for (int i = 0; i < SIZES; i++) {
      lanes.add(new Lane(1 << i, Duration.ZERO));
    }
  }

  /// What runs each time that some were flushed, or that nobody was due. Once, before anybody is.
  void whenFlushed(Runnable then) {
    whenFlushed = then;
  }

  /// Who is due a write by now, for [#flushed]; without those that may wait for a while.
  long[] due() {
    long[] due = new long[SIZES];
    Arrays.setAll(due, i -> lanes.get(i).entered);
    return due;
  }

  /// Whether all who were due then have been flushed. On a loop that is busy others always are.
  boolean flushed(long[] due) {
    for (int i = 0; i < SIZES; i++) {
      if (lanes.get(i).left < due[i]) {
        return false;
      }
    }
    return true;
  }

  /// Where subscribers of a publication stand.
  ///
  /// @param delay how long they may wait for more
  /// @param subscribers how many it has on this loop
  Lane lane(Duration delay, int subscribers) {
    if (delay.isZero()) {
      int size = 0;
      while (size < SIZES - 1 && subscribers > FEW << (FACTOR_BITS * size)) {
        size++;
      }
      return lanes.get(size);
    }
    for (int i = SIZES; i < lanes.size(); i++) {
      if (lanes.get(i).delay.equals(delay)) {
        return lanes.get(i);
      }
    }
    if (lanes.size() == MAX_LANES) {
      return lanes.get(SIZES - 1); // sooner than they may
    }
    Lane lane = new Lane(1 << lanes.size(), delay);
    lanes.add(lane);
    return lane;
  }

  /// It was given something.
  void add(Subscriber subscriber, Lane lane) {
    int standsIn = subscriber.lanes();
    if ((standsIn & lane.bit) == 0) {
      subscriber.lanes(standsIn | lane.bit);
      lane.add(subscriber);
    }
  }

  /// It was given something of its own.
  void add(Subscriber subscriber) {
    add(subscriber, lanes.getFirst());
  }

  /// Has everyone who is due flushed, unless that is under way.
  void flushSoon() {
    if (!flushing) {
      flush();
    }
  }

  private void flush() {
    flushing = false;
    boolean more = flushSome();
    whenFlushed.run();
    if (more) {
      flushing = true;
      thread.later(flush);
    }
  }

  /// @return whether somebody may still be due
  private boolean flushSome() {
    long start = System.nanoTime();
    for (int n = 0; n < FLUSHES_A_TASK && inTime(n, start); n++) {
      if (!flushOne()) {
        return false;
      }
    }
    return true;
  }

  private static boolean inTime(int n, long start) {
    return (n & (LOOK - 1)) != 0 || n == 0 || System.nanoTime() - start < TASK_NANOS;
  }

  /// Of the next lane in which somebody is due.
  private boolean flushOne() {
    for (int i = lanes.size(); i > 0; i--) {
      next = next + 1 < lanes.size() ? next + 1 : 0;
      if (lanes.get(next).flushOne()) {
        return true;
      }
    }
    return false;
  }
}
