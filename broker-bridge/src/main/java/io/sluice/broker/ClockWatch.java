package io.sluice.broker;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks once a second whether the machine's clock was set back. Kafka's clients measure by it how
/// long they wait, when they may connect again and when they may ask who leads a partition: one
/// that is set back by ten minutes may keep a client in a call, or from looking for a new leader,
/// for ten minutes. So clients are made anew then. A clock that is set forward does them no harm.
///
/// A thread of its own, which tells; any thread may call.
final class ClockWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ClockWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(1);

  /// Told by the watch's thread, which must not be kept for long.
  interface Listener {
    void setBack(Duration by);
  }

  private final SetBack clock;
  private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
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
    listeners.add(listener);
  }

  void forget(Listener listener) {
    listeners.remove(listener);
  }

  void look() {
    Duration back = clock.by();
    if (back.isZero()) {
      return;
    }
    log.warn(
        "this machine's clock was set back, clients of Kafka are made anew ms={}", back.toMillis());
    for (Listener listener : listeners) {
      try {
        listener.setBack(back);
      } catch (RuntimeException e) {
        log.error("a client of Kafka could not be made anew", e);
      }
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
