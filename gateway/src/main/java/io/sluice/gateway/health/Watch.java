package io.sluice.gateway.health;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The watchdog's thread, and what comes of what it finds: lines in the log with a dump of the
/// threads, metrics, and the process's end. Nothing that could hang itself, such as a log whose
/// reader has gone, is done by that thread: another one tells, and is waited for only so long.
/// [#hangs] is for any thread; [#start] and [#close] once.
public final class Watch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Watch.class);

  /// A dump stops all threads for a moment.
  private static final Duration BETWEEN_DUMPS = Duration.ofMinutes(1);

  /// What is written before the end must not keep it from coming.
  private static final Duration LAST_WORDS = Duration.ofSeconds(3);

  private static final int MOST_TO_TELL = 32;

  private final Watchdog watchdog;
  private final Runnable besides;
  private final Runnable lastWords;
  private final Exit exit;
  private final MeterProvider<Counter> hangs;
  private final Counter pauses;
  private final Thread thread =
      Thread.ofPlatform().daemon().name("sluice-watchdog").unstarted(this::run);
  private final ThreadPoolExecutor telling =
      new ThreadPoolExecutor(
          1,
          1,
          1,
          TimeUnit.MINUTES,
          new ArrayBlockingQueue<>(MOST_TO_TELL),
          Thread.ofPlatform().daemon().name("sluice-watchdog-tells").factory(),
          new ThreadPoolExecutor.DiscardPolicy());
  private long dumped = System.nanoTime() - BETWEEN_DUMPS.toNanos();

  /// @param exitAfter zero = never
  /// @param besides done after each look; must not wait
  /// @param lastWords done before the end
  public Watch(
      Duration stall,
      Duration exitAfter,
      List<? extends Watched> watched,
      Runnable besides,
      Runnable lastWords,
      Exit exit,
      MeterRegistry registry) {
    this.besides = besides;
    this.lastWords = lastWords;
    this.exit = exit;
    this.hangs =
        Counter.builder("sluice.watchdog.hangs")
            .description("Event loops and threads that read Kafka that were found to hang")
            .withRegistry(registry);
    this.pauses =
        Counter.builder("sluice.watchdog.pauses")
            .description("Times in which the process did not run: it was stopped, or slept")
            .register(registry);
    this.watchdog =
        new Watchdog(
            stall, exitAfter, watched, System::nanoTime, Clock.systemUTC(), new Findings());
    Gauge.builder("sluice.watchdog.hung", watchdog, it -> it.hangs().size())
        .description("Threads that hang now")
        .register(registry);
    for (Watched.Kind kind : Watched.Kind.values()) {
      hangs.withTag("kind", kind.label());
    }
  }

  /// Watches from now on.
  public void start() {
    thread.start();
  }

  /// What hangs now.
  public List<Hang> hangs() {
    return watchdog.hangs();
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(watchdog.every());
        safely(watchdog::look);
        safely(besides);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  /// Nothing may come out of a look, errors neither: nobody would watch any more.
  private void safely(Runnable look) {
    try {
      look.run();
    } catch (Throwable e) {
      var _ = tell(() -> log.error("the watchdog could not look", e));
    }
  }

  private Optional<Future<?>> tell(Runnable words) {
    try {
      return Optional.of(telling.submit(words));
    } catch (RejectedExecutionException _) {
      return Optional.empty(); // closed
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    telling.shutdown();
  }

  private final class Findings implements Watchdog.Listener {
    @Override
    public void hangs(Watched what, Hang how) {
      hangs.withTag("kind", how.kind().label()).increment();
      long now = System.nanoTime();
      boolean dump = now - dumped >= BETWEEN_DUMPS.toNanos();
      if (dump) {
        dumped = now;
      }
      Set<Thread> hung =
          Stream.of(what.thread()).flatMap(Optional::stream).collect(Collectors.toSet());
      var _ =
          tell(() ->
              log.error(
                  "a thread hangs thread={} overdueMs={}{}",
                  how.thread(),
                  how.length().toMillis(),
                  dump ? ", all threads:\n" + ThreadDump.of(hung) : ""));
    }

    @Override
    public void goesOn(Watched what, Duration after) {
      var _ =
          tell(() ->
              log.warn(
                  "a thread goes on again thread={} afterMs={}", what.name(), after.toMillis()));
    }

    @Override
    public void paused(Duration length) {
      pauses.increment();
      var _ =
          tell(
              () -> log.warn("this process did not run, or hardly pausedMs={}", length.toMillis()));
    }

    @Override
    public void givesUp(Hang how) {
      try {
        var _ =
            tell(() ->
                log.error(
                    "a thread hangs for longer than watchdog.exit-after, the process ends thread={} overdueMs={} exitCode={}",
                    how.thread(),
                    how.length().toMillis(),
                    Exit.CODE));
        tell(lastWords).ifPresent(Watch::await);
      } finally {
        exit.exit();
      }
    }
  }

  private static void await(Future<?> words) {
    try {
      var _ = words.get(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException _) {
      // the end must come, and the log may be what hangs
    }
  }
}
