package io.sluice.gateway.edge;

import io.sluice.gateway.hub.Anchor;
import io.sluice.gateway.hub.Subscription;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Channels of one connection whose clients were asked to come back with the position they have,
/// and up to where they were served. Confined to the loop.
final class Anchors {
  /// SDKs come back at once.
  private static final long GOOD_FOR_MS = 30_000;

  private record Noted(Anchor anchor, long until) {}

  private final Map<String, Noted> byChannel = new HashMap<>(2);
  private final TickWheel wheel;
  private final int most;

  /// @param most channels
  Anchors(TickWheel wheel, int most) {
    this.wheel = wheel;
    this.most = most;
  }

  void note(Subscription subscription) {
    Anchor anchor = subscription.anchor();
    if (anchor != null && byChannel.size() < most) {
      byChannel.put(subscription.name(), new Noted(anchor, wheel.nowMs() + GOOD_FOR_MS));
    }
  }

  /// What is known of a channel that its client comes back to; once.
  Optional<Anchor> take(String channel) {
    return Optional.ofNullable(byChannel.remove(channel))
        .filter(noted -> wheel.nowMs() <= noted.until)
        .map(Noted::anchor);
  }
}
