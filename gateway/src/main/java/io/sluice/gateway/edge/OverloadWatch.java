package io.sluice.gateway.edge;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.sluice.gateway.config.ShedConfig;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Measures once a second how late the loops are and how full the heap is, and sets what is
/// refused, see [Shedding]. On a thread of its own, since a loop that is late could not.
public final class OverloadWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OverloadWatch.class);

  private static final Duration EVERY = Duration.ofSeconds(1);

  private final LookPace pace = new LookPace(EVERY, System::nanoTime);
  private final List<LoopLag> loops;
  private final Overload overload;
  private final Shedding shedding;
  private final HeapUse heap = new HeapUse();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("sluice-overload").factory());
  private ShedLevel level = ShedLevel.NONE;
  private volatile long lagNanos;
  private volatile int memoryPercent;

  private OverloadWatch(ShedConfig bounds, List<LoopLag> loops, Overload overload) {
    this.loops = loops;
    this.overload = overload;
    this.shedding = new Shedding(bounds);
  }

  /// Begins to look.
  ///
  /// @param edge whose loops are looked at
  public static OverloadWatch start(
      ShedConfig bounds, EdgeServer edge, Overload overload, MeterRegistry registry) {
    OverloadWatch watch = new OverloadWatch(bounds, edge.lags(), overload);
    TimeGauge.builder("sluice.loop.lag", () -> watch.lagNanos, TimeUnit.NANOSECONDS)
        .description("How late the latest event loop was in the last second, all the time")
        .register(registry);
    Gauge.builder("sluice.memory.after.collection.percent", watch, it -> it.memoryPercent)
        .description("How much of the heap was in use after the last collections")
        .register(registry);
    var _ =
        watch.thread.scheduleWithFixedDelay(
            watch::look, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    return watch;
  }

  private void look() {
    try {
      long lag = loops.stream().mapToLong(LoopLag::leastNanos).max().orElse(0);
      if (!pace.counts()) {
        return;
      }
      lagNanos = lag;
      OptionalInt memory = heap.leastPercent();
      memory.ifPresent(percent -> memoryPercent = percent);
      ShedLevel next = shedding.look(new Shedding.Load(Duration.ofNanos(lagNanos), memory));
      if (next != level) {
        tell(next);
      }
    } catch (RuntimeException e) {
      log.error("whether there is too much to do is not known", e); // it must go on looking
    }
  }

  private void tell(ShedLevel next) {
    log.warn(
        "what is refused has changed level={} before={} loopLagMs={} memoryPercent={}",
        next.label(),
        level.label(),
        TimeUnit.NANOSECONDS.toMillis(lagNanos),
        memoryPercent);
    level = next;
    overload.set(next, Instant.now().truncatedTo(ChronoUnit.SECONDS));
  }

  @Override
  public void close() {
    thread.shutdownNow();
    heap.close();
  }
}
