package io.sluice.perf;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/// Records that keep flowing while other things happen, until it is closed.
final class Flow implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final AtomicLong sent = new AtomicLong();
  private final CompletableFuture<Void> sending;
  private volatile boolean enough;

  /// @param records nobody else's meanwhile
  /// @param perSecond how fast
  Flow(NumberedRecords records, int perSecond) {
    int atOnce = Math.max(1, perSecond / 10);
    sending =
        CompletableFuture.runAsync(
            () -> {
              while (!enough) {
                records.send(atOnce, perSecond);
                sent.addAndGet(atOnce);
              }
            },
            task -> Thread.ofPlatform().name("flow").start(task));
  }

  /// Waits until so many more records have been sent.
  void await(int records) {
    awaitTotal(sent.get() + records);
  }

  /// Waits until so many records have been sent since the beginning.
  void awaitTotal(long records) {
    Eventually.so(
        LIMIT,
        () -> sent.get() >= records || sending.isDone(),
        () -> "%d of %d records sent".formatted(sent.get(), records));
  }

  /// Stops; fails if a record could not be sent.
  @Override
  public void close() {
    enough = true;
    sending.join();
  }
}
