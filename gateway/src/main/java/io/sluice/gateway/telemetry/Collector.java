package io.sluice.gateway.telemetry;

import io.opentelemetry.exporter.internal.FailedExportException.GrpcExportException;
import io.opentelemetry.sdk.common.export.GrpcResponse;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether the other side takes what it is sent: logged once when it stops, and once when it goes
/// on. For any thread.
final class Collector {
  private static final Logger log = LoggerFactory.getLogger(Collector.class);

  private final String what;
  private final String endpoint;
  private final AtomicBoolean failing = new AtomicBoolean();
  private final AtomicLong lost = new AtomicLong();

  /// @param what it is sent: `spans`, `metrics`
  Collector(String what, String endpoint) {
    this.what = what;
    this.endpoint = endpoint;
  }

  void takes() {
    if (failing.compareAndSet(true, false)) {
      log.info(
          "collector takes what it is sent again what={} endpoint={} lost={}",
          what,
          endpoint,
          lost.getAndSet(0));
    }
  }

  /// @param count how many were lost by that
  void refuses(int count, @Nullable Throwable failure) {
    lost.addAndGet(count);
    if (failing.compareAndSet(false, true)) {
      log.warn(
          "collector does not take what it is sent what={} endpoint={} cause={}",
          what,
          endpoint,
          cause(failure));
    }
  }

  /// There is no room for more.
  void overrun(int most) {
    log.warn(
        "collector is too slow, some is dropped what={} endpoint={} max={}", what, endpoint, most);
  }

  /// A failure without a cause is an answer that says so.
  private static String cause(@Nullable Throwable failure) {
    if (failure == null) {
      return "no answer in time";
    }
    Throwable root = failure.getCause();
    if (root == null) {
      return status(failure).map(Collector::text).orElse("an error status");
    }
    while (root.getCause() != null) {
      root = root.getCause(); // the first ones only say that it was another thread's
    }
    return root.toString();
  }

  /// Over gRPC the answer has a status and mostly a sentence. The SDK has no public name for the
  /// failure that holds them.
  private static Optional<GrpcResponse> status(Throwable failure) {
    return failure instanceof GrpcExportException grpc
        ? Optional.ofNullable(grpc.getResponse())
        : Optional.empty();
  }

  private static String text(GrpcResponse status) {
    String said = Objects.requireNonNullElse(status.getStatusDescription(), "");
    return said.lines()
        .findFirst()
        .map(first -> status.getStatusCode() + ": " + first)
        .orElseGet(() -> status.getStatusCode().toString());
  }
}
