package io.sluice.broker;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks once a second whether the machine's clock was set back. Kafka's clients measure by it how
/// long they wait, when they may connect again and when they may ask who leads a partition: one
/// that is set back by ten minutes may keep a client in a call, or from looking for a new leader,
/// for ten minutes. So clients are made anew then. A clock that is set forward keeps no client from
/// anything: what it has under way may only time out at once.
///
/// A thread of its own, which never waits; any thread may call.
final class ClockWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ClockWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(1);

  /// Told on a thread of its own, never by two at a time. It may block: what hangs, as a look-up of
  /// a broker's name may, holds up nobody else. When it throws it is told again after a second.
  interface Listener {
    void setBack(Duration by);
  }

  private final SetBack clock;
  private final Map<Listener, Due> listeners = new ConcurrentHashMap<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("sluice-clock").factory());

  /// Looks at nothing yet.
  ClockWatch() {
    this(new SetBack(System::currentTimeMillis, System::nanoTime));
  }

  ClockWatch(SetBack clock) {
    this.clock = clock;
  }

  void start() {
    var _ =
        thread.scheduleWithFixedDelay(
            this::look, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  void listen(Listener listener) {
    listeners.put(listener, new Due(listener));
  }

  void forget(Listener listener) {
    listeners.remove(listener);
  }

  void look() {
    Duration back = clock.by();
    if (!back.isZero()) {
      log.warn(
          "this machine's clock was set back, clients of Kafka are made anew ms={}",
          back.toMillis());
      listeners.values().forEach(it -> it.isDue(back));
    }
    listeners.values().forEach(Due::tell);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  /// What one listener is to be told. Any thread.
  private static final class Due {
    private final Listener listener;
    private Duration due = Duration.ZERO;
    private boolean underWay;

    Due(Listener listener) {
      this.listener = listener;
    }

    synchronized void isDue(Duration by) {
      due = by;
    }

    /// Begins to tell it what is due, unless it is being told something: then at the next look.
    synchronized void tell() {
      if (underWay || due.isZero()) {
        return;
      }
      underWay = true;
      Duration by = due;
      due = Duration.ZERO;
      // not a virtual thread: a look-up of a name keeps the one below it, and there are few
      var _ = Thread.ofPlatform().daemon().name("sluice-clock-set-back").start(() -> setBack(by));
    }

    private void setBack(Duration by) {
      boolean done = false;
      try {
        listener.setBack(by);
        done = true;
      } catch (RuntimeException e) {
        log.error("a client of Kafka could not be made anew, it is tried again", e);
      } finally {
        ended(done ? Duration.ZERO : by);
      }
    }

    private synchronized void ended(Duration left) {
      underWay = false;
      if (due.isZero()) {
        due = left;
      }
    }
  }
}
