package io.sluice.perf.stress;

import io.sluice.perf.load.Publisher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Several publishers, each of some channels and with a thread of its own, so that one that waits
/// for an answer holds up nobody else. Up to 64 publications wait for each; the next waits itself.
/// One thread publishes.
final class ManyPublishers implements Publisher {
  private static final int AHEAD = 64;
  private static final Duration ENDING = Duration.ofSeconds(10);

  private final List<Line> lines = new ArrayList<>();

  ManyPublishers(int many, Supplier<Publisher> maker) {
    for (int i = 0; i < many; i++) {
      lines.add(new Line(maker.get()));
    }
  }

  /// Those who wait for one publisher, in their order.
  private static final class Line {
    private final Publisher publisher;
    private final Semaphore room = new Semaphore(AHEAD);
    private final ExecutorService thread =
        Executors.newSingleThreadExecutor(Thread.ofVirtual().name("stress-publish").factory());

    Line(Publisher publisher) {
      this.publisher = publisher;
    }

    void publish(String channel, byte[] payload, Outcome outcome) {
      room.acquireUninterruptibly();
      thread.execute(() -> {
        try {
          publisher.publish(channel, payload, outcome);
        } finally {
          room.release();
        }
      });
    }

    void close() {
      thread.shutdown();
      try {
        if (!thread.awaitTermination(ENDING.toMillis(), TimeUnit.MILLISECONDS)) {
          thread.shutdownNow();
        }
      } catch (InterruptedException _) {
        thread.shutdownNow();
        Thread.currentThread().interrupt();
      }
      publisher.close();
    }
  }

  @Override
  public void publish(String channel, byte[] payload, Outcome outcome) {
    lines.get(Math.floorMod(channel.hashCode(), lines.size())).publish(channel, payload, outcome);
  }

  @Override
  public void close() {
    lines.forEach(Line::close);
  }
}
