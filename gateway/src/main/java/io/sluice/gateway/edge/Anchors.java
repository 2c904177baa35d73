package io.sluice.gateway.edge;

import io.sluice.broker.BrokerBridge;
import io.sluice.broker.Window;
import io.sluice.gateway.hub.Anchor;
import io.sluice.gateway.hub.Subscription;
import io.sluice.gateway.protocol.Command.Since;
import io.sluice.session.Served;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Channels that a client comes back to with an old position, and up to where it was served: those
/// it was asked to come back to, on this connection, and those that an earlier connection of its
/// session has left. Confined to the loop.
final class Anchors {
  /// SDKs come back at once.
  private static final long GOOD_FOR_MS = 30_000;

  private record Noted(Anchor anchor, long until) {}

  private final Map<String, Noted> byChannel = new HashMap<>(2);
  private final Map<String, Served> left = new HashMap<>(2); // nothing after leftUntil
  private final TickWheel wheel;
  private final BrokerBridge bridge;
  private final int most;
  private long leftUntil;

  /// @param most channels
  Anchors(TickWheel wheel, BrokerBridge bridge, int most) {
    this.wheel = wheel;
    this.bridge = bridge;
    this.most = most;
  }

  void note(Subscription subscription) {
    Anchor anchor = subscription.anchor();
    if (anchor != null && byChannel.size() < most) {
      byChannel.put(subscription.name(), new Noted(anchor, wheel.nowMs() + GOOD_FOR_MS));
    }
  }

  /// The connection goes on where another one ended.
  void resume(List<Served> served) {
    served.stream().limit(most).forEach(one -> left.put(one.channel(), one));
    leftUntil = wheel.nowMs() + GOOD_FOR_MS;
  }

  /// What is known of a channel that its client comes back to; once.
  ///
  /// @param since the position it presents
  Optional<Anchor> take(Subscription subscription, Optional<Since> since) {
    Served served = left.remove(subscription.name());
    Noted noted = byChannel.remove(subscription.name());
    if (noted != null) {
      return Optional.of(noted).filter(it -> wheel.nowMs() <= it.until).map(Noted::anchor);
    }
    return served == null || subscription.spread() || wheel.nowMs() > leftUntil
        ? Optional.empty()
        : since.flatMap(at -> anchor(subscription, served, at));
  }

  /// Offsets are the same for every node in one epoch, and in no other. The client must have
  /// exactly the position it was told: with an older one it has missed something.
  private Optional<Anchor> anchor(Subscription subscription, Served served, Since at) {
    Window window = bridge.partition(subscription.channel()).window();
    boolean same =
        at.epoch().equals(served.epoch())
            && at.offset() == served.told()
            && window.epoch().equals(served.epoch());
    return same
        ? Optional.of(new Anchor(window.serial(), served.told(), served.liveUntil()))
        : Optional.empty();
  }

  /// Of what an earlier connection has left, what nobody came back to yet. Asked with each
  /// checkpoint of the session, it forgets what is too old by now.
  ///
  /// @param not channels that are subscribed to
  List<Served> untaken(Set<String> not) {
    long now = wheel.nowMs();
    byChannel.values().removeIf(noted -> now > noted.until);
    if (now > leftUntil) {
      left.clear();
    }
    return left.isEmpty()
        ? List.of()
        : left.values().stream().filter(one -> !not.contains(one.channel())).toList();
  }

  /// Whether it knows of no channel.
  boolean isEmpty() {
    return byChannel.isEmpty() && left.isEmpty();
  }
}
