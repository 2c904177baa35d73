package io.sluice.broker;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Bounds publishes that were accepted and not yet answered, waiting here or with Kafka, in number
/// and in bytes of their payloads. Any thread.
final class Bulkhead {
  private final String whose;
  private final int most;
  private final long mostBytes;
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /// @param whose what messages add to "publishes": nothing, or ` to topic 'x'`
  Bulkhead(String whose, int most, long mostBytes) {
    this.whose = whose;
    this.most = most;
    this.mostBytes = mostBytes;
  }

  /// Takes one in; it leaves with [#leave].
  ///
  /// @return why not
  Optional<String> enter(int size) {
    int count = inside.incrementAndGet();
    long all = bytes.addAndGet(size);
    if (count <= most && all <= mostBytes) {
      return Optional.empty();
    }
    leave(size);
    return Optional.of(
        count > most
            ? "%d publishes%s are waiting, %s is %d"
                .formatted(
                    count - 1,
                    whose,
                    whose.isEmpty() ? "publish.queue" : "a topic's share of publish.queue",
                    most)
            : "payloads%s of %d bytes are waiting, at most %d".formatted(whose, all, mostBytes));
  }

  void leave(int size) {
    inside.decrementAndGet();
    bytes.addAndGet(-size);
  }

  int count() {
    return inside.get();
  }
}
