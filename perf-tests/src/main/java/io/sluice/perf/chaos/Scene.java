package io.sluice.perf.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// What a fault acts on.
///
/// @param random decides what it hits
/// @param say takes lines of the timeline
record Scene(Cluster cluster, Crowd crowd, Random random, Consumer<String> say) {
  /// Until all clients must be live again.
  static final Duration LIVE = Duration.ofSeconds(90);

  void say(String line) {
    say.accept(line);
  }

  /// Waits until all clients are live, or have had the time to be.
  void awaitLive() {
    var _ = crowd.awaitLive(LIVE);
  }

  void pause(Duration time) throws IOException {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
