package io.sluice.gateway.health;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An event loop, seen by a task that it has to run again and again: after the one before has run,
/// so that a loop which hangs has one waiting and no more. [#lag] is for any thread.
public final class LoopPulse implements Watched {
  private final int number;
  private final Consumer<Runnable> loop;
  private final AtomicLong run = new AtomicLong();
  private volatile @Nullable Thread thread;
  private volatile long lagNanos;
  private long given; // the watchdog's own

  /// @param number of the loop, from 0
  /// @param loop runs a task after all else that is due
  public LoopPulse(int number, Consumer<Runnable> loop) {
    this.number = number;
    this.loop = loop;
  }

  @Override
  public Kind kind() {
    return Kind.LOOP;
  }

  @Override
  public String name() {
    Thread known = thread;
    return known == null ? "loop " + number : known.getName();
  }

  @Override
  public Turn turn() {
    return new Turn(run.get(), Duration.ZERO);
  }

  @Override
  public void nudge() {
    if (run.get() != given) {
      return; // the one before waits
    }
    given++;
    long at = System.nanoTime();
    try {
      loop.accept(() -> ran(at));
    } catch (RejectedExecutionException _) {
      run.set(given); // it has ended, and need not go on
    }
  }

  private void ran(long at) {
    thread = Thread.currentThread();
    lagNanos = System.nanoTime() - at;
    run.lazySet(run.getPlain() + 1); // nobody else writes while the loop runs
  }

  @Override
  public Optional<Thread> thread() {
    return Optional.ofNullable(thread);
  }

  /// How long the last task waited for its turn.
  public Duration lag() {
    return Duration.ofNanos(lagNanos);
  }
}
