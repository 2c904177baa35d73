package io.sluice.gateway.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Counts what becomes of spans, and bounds how many wait: [#MAX_WAITING], those under way
/// included; what is beyond is dropped. A batch counts once, and has failed when its time is over,
/// whatever its exporter says later. For any thread.
final class SpanExports implements SpanExporter {
  static final int MAX_WAITING = 4_096;

  /// With its attributes, its link, and what it becomes in a request; about.
  static final int SPAN_BYTES = 2 << 10;

  private final SpanExporter exporter;
  private final Collector collector;
  private final Duration patience;
  private final Counter exported;
  private final Counter failed;
  private final Counter dropped;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicBoolean overrun = new AtomicBoolean();

  /// @param exporter sends them; closed with this
  /// @param endpoint for the log
  /// @param patience with the exporter, for each batch
  SpanExports(SpanExporter exporter, String endpoint, Duration patience, MeterRegistry metrics) {
    this.exporter = exporter;
    this.collector = new Collector("spans", endpoint);
    this.patience = patience;
    this.exported = counter(metrics, "exported");
    this.failed = counter(metrics, "failed");
    this.dropped = counter(metrics, "dropped");
  }

  private static Counter counter(MeterRegistry metrics, String outcome) {
    return Counter.builder("sluice.traces.spans")
        .description(
            "Spans that have ended: taken by the collector, not taken, or dropped because too many waited")
        .tag("outcome", outcome)
        .register(metrics);
  }

  /// A span wants to be sent.
  ///
  /// @return whether there is room; if so it comes by [#export]
  boolean admit() {
    if (waiting.incrementAndGet() <= MAX_WAITING) {
      return true;
    }
    waiting.decrementAndGet();
    dropped.increment();
    if (overrun.compareAndSet(false, true)) {
      collector.overrun(MAX_WAITING);
    }
    return false;
  }

  /// How many wait or are under way.
  int waiting() {
    return waiting.get();
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    int count = spans.size(); // the caller uses the collection again
    CompletableResultCode result;
    try {
      result = exporter.export(spans); // which may never say anything
    } catch (RuntimeException e) {
      notTaken(count, e);
      throw e;
    }
    CompletableFuture<Boolean> success =
        new CompletableFuture<Boolean>()
            .completeOnTimeout(false, patience.toMillis(), TimeUnit.MILLISECONDS);
    var _ =
        success.thenAccept(is -> {
          if (is) {
            taken(count);
          } else {
            notTaken(count, result.getFailureThrowable());
          }
        });
    return result.whenComplete(() -> success.complete(result.isSuccess()));
  }

  private void taken(int count) {
    exported.increment(count);
    left(count);
    collector.takes();
  }

  private void notTaken(int count, @Nullable Throwable failure) {
    failed.increment(count);
    left(count);
    collector.refuses(count, failure);
  }

  private void left(int count) {
    if (waiting.addAndGet(-count) < MAX_WAITING / 2) {
      overrun.set(false);
    }
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}
