package io.sluice.gateway.hub;

import io.sluice.broker.Mode;
import java.util.Optional;

/// Up to where a subscription was served, beside the position that its client has. A client that
/// comes back with exactly that position may go on from there.
///
/// @param epoch of both offsets
/// @param told the position its client has
/// @param liveUntil the Kafka offset below which it was given everything
public record Standing(String epoch, long told, long liveUntil) {

  /// Of a subscription whose client is recovered from a position of its own, and wants everything:
  /// with another filter it would want what was kept back. Nothing where the client was told as
  /// much.
  static Optional<Standing> of(Subscription subscription, int loop) {
    if (subscription.legs.size() != 1
        || subscription.filter() != null
        || !subscription.recoverable()
        || subscription.mode() != Mode.LOG
        || !subscription.subscriber().form().bidirectional()) {
      return Optional.empty();
    }
    Leg leg = subscription.legs.getFirst();
    if (!leg.attached() || leg.table == null || leg.window != leg.partition.window()) {
      return Optional.empty();
    }
    leg.table.reachOn(loop);
    long standing = leg.standing();
    return standing > leg.told && standing != Long.MAX_VALUE
        ? Optional.of(new Standing(leg.window.epoch(), leg.told, standing))
        : Optional.empty();
  }
}
