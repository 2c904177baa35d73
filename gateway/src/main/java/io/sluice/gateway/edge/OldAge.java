package io.sluice.gateway.edge;

import io.sluice.gateway.config.EdgeConfig;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// `edge.max-connection-age`: connections that have lived long enough are closed, to come back
/// anywhere, so that load spreads to nodes that are new. Those that came together do not leave
/// together: each has an age of its own, and no more go at a time than are easily admitted again.
/// For any thread.
final class OldAge {
  /// The age is up to this much less or more, percent.
  private static final int SPREAD = 10;

  /// Of what a node admits, so that there is room for all others.
  private static final int SHARE = 4;

  /// When to ask again, if it may not go yet.
  private static final int AGAIN_MS = 1_000;

  private final long ageMs;
  private final boolean paced;
  private final Rate rate;
  private final Overload overload;
  private final LongSupplier nanoTime;
  private final AtomicLong fullAt;

  /// @param overload while handshakes are refused nobody is sent away
  OldAge(EdgeConfig edge, Overload overload, LongSupplier nanoTime) {
    int perSecond = Math.max(1, edge.limits().handshakesPerSecond() / SHARE);
    this.ageMs = edge.maxConnectionAge().toMillis();
    this.paced = edge.limits().handshakesPerSecond() > 0;
    this.rate = Rate.of(perSecond, Math.max(1, perSecond / 2)); // ticks are a quarter of a second
    this.overload = overload;
    this.nanoTime = nanoTime;
    this.fullAt = new AtomicLong(nanoTime.getAsLong());
  }

  /// How long a connection that begins now may live; none: for ever.
  OptionalLong drawMs() {
    if (ageMs == 0) {
      return OptionalLong.empty();
    }
    long spread = ageMs * SPREAD / 100;
    return OptionalLong.of(
        ThreadLocalRandom.current().nextLong(ageMs - spread, ageMs + spread + 1));
  }

  /// Whether one that is old may go now.
  boolean mayGo() {
    return !overload.refuses(ShedLevel.HANDSHAKES)
        && (!paced || rate.take(fullAt, nanoTime.getAsLong()));
  }

  /// When one that may not go yet asks again.
  static long againMs() {
    return ThreadLocalRandom.current().nextLong(AGAIN_MS, 2 * AGAIN_MS + 1);
  }
}
