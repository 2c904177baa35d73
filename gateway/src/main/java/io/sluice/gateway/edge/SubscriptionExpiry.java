package io.sluice.gateway.edge;

import io.sluice.gateway.hub.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.IdentityHashMap;
import java.util.function.Consumer;

/// When the tokens of one connection's subscriptions expire; at most one entry for each of them.
/// Confined to the loop.
final class SubscriptionExpiry {
  private final Connection connection;
  private final Consumer<Subscription> expired;
  private final IdentityHashMap<Subscription, TickWheel.Timer> timers = new IdentityHashMap<>(2);

  /// @param expired told when a token's time is over, once, unless it was renewed
  SubscriptionExpiry(Connection connection, Consumer<Subscription> expired) {
    this.connection = connection;
    this.expired = expired;
  }

  /// From now on it expires then.
  void set(Subscription subscription, Instant at) {
    TickWheel.Timer timer =
        timers.computeIfAbsent(
            subscription,
            it ->
                new TickWheel.Timer(
                    () -> fired(it), failure -> connection.failed("an expiry", failure)));
    Duration left = Duration.between(connection.context().clock().instant(), at);
    connection.wheel().set(timer, Math.max(0, left.toMillis()));
  }

  /// It never expires, or is no more. A timer that is due in this very tick fires nevertheless and
  /// finds that out.
  void clear(Subscription subscription) {
    TickWheel.Timer timer = timers.remove(subscription);
    if (timer != null) {
      connection.wheel().cancel(timer);
    }
  }

  private void fired(Subscription subscription) {
    if (timers.remove(subscription) != null) {
      expired.accept(subscription);
    }
  }
}
