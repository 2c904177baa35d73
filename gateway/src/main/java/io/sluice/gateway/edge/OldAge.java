package io.sluice.gateway.edge;

import io.sluice.gateway.config.EdgeConfig;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

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

  /// @param ageMs zero = no end
  /// @param perSecond how many may go; null = as many as are old
  private record Pace(long ageMs, @Nullable Rate perSecond) {
    static Pace of(EdgeConfig edge) {
      int admitted = edge.limits().handshakesPerSecond();
      int perSecond = Math.max(1, admitted / SHARE);
      int burst = Math.max(1, perSecond / 2); // ticks are a quarter of a second
      return new Pace(
          edge.maxConnectionAge().toMillis(), admitted == 0 ? null : Rate.of(perSecond, burst));
    }
  }

  private final Overload overload;
  private final LongSupplier nanoTime;
  private final AtomicLong fullAt;
  private volatile Pace pace;

  /// @param overload while handshakes are refused nobody is sent away
  OldAge(EdgeConfig edge, Overload overload, LongSupplier nanoTime) {
    this.pace = Pace.of(edge);
    this.overload = overload;
    this.nanoTime = nanoTime;
    this.fullAt = new AtomicLong(nanoTime.getAsLong());
  }

  /// From now on so many may go, and those who come may live for so long.
  void take(EdgeConfig changed) {
    Pace next = Pace.of(changed);
    if (!next.equals(pace)) {
      pace = next;
      fullAt.set(nanoTime.getAsLong());
    }
  }

  /// How long a connection that begins now may live; none: for ever.
  OptionalLong drawMs() {
    long ageMs = pace.ageMs();
    if (ageMs == 0) {
      return OptionalLong.empty();
    }
    long spread = ageMs * SPREAD / 100;
    return OptionalLong.of(
        ThreadLocalRandom.current().nextLong(ageMs - spread, ageMs + spread + 1));
  }

  /// Whether one that is old may go now.
  boolean mayGo() {
    Rate perSecond = pace.perSecond();
    return !overload.refuses(ShedLevel.HANDSHAKES)
        && (perSecond == null || perSecond.take(fullAt, nanoTime.getAsLong()));
  }

  /// When one that may not go yet asks again.
  static long againMs() {
    return ThreadLocalRandom.current().nextLong(AGAIN_MS, 2 * AGAIN_MS + 1);
  }
}
