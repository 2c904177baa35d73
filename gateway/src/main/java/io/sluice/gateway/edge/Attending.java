package io.sluice.gateway.edge;

import io.sluice.gateway.auth.Claims;
import io.sluice.gateway.hub.Subscription;
import io.sluice.gateway.hub.Subscription.Side;
import io.sluice.gateway.presence.Member;
import io.sluice.gateway.presence.Presence;
import io.sluice.gateway.protocol.Disconnect;
import io.sluice.gateway.protocol.Ending;
import org.jspecify.annotations.Nullable;

/// A connection among the members of its channels, and among those who are told of others. Only a
/// connection with a channel whose namespace has presence or joins has one; with its other channels
/// it does nothing. Confined to the loop.
final class Attending {
  private final Connection connection;
  private @Nullable Member member;
  private boolean forGood;

  Attending(Connection connection) {
    this.connection = connection;
  }

  /// A subscription was taken up. In the task in which its client is answered: what it is told of
  /// joins, its own among them, comes in a later one.
  ///
  /// @param subscription of a namespace that [Presence#isKept]
  /// @param asked whether its client wants to be told of joins and leaves
  void enter(Subscription subscription, Claims who, boolean asked) {
    if (asked && subscription.policy().joinLeave()) {
      connection.shard().audience().add(subscription);
    }
    Member known = member;
    if (known == null) {
      known = connection.member(who);
      member = known;
    }
    connection.context().presence().enter(subscription.name(), subscription.policy(), known);
  }

  /// The connection is about to end. A client that may not come back is not waited for.
  void ending(Ending why) {
    // the session's next connection is here, and takes over the places
    forGood |= !why.reconnect() && why != Disconnect.TAKEN_OVER;
  }

  /// A subscription was given up.
  void leave(Subscription subscription) {
    if (member != null && isNoLonger(subscription)) {
      connection.context().presence().leave(subscription.name(), member);
    }
  }

  /// A subscription was ended in a way after which SDKs subscribe again at once; or, where the
  /// server had subscribed, connect again.
  void comesBack(Subscription subscription) {
    if (member != null && isNoLonger(subscription)) {
      if (subscription.side() == Side.CLIENT || member.hasSession()) {
        connection.context().presence().away(subscription.name(), member);
      } else {
        connection.context().presence().leave(subscription.name(), member);
      }
    }
  }

  /// The connection has ended. Only a session can be gone on with.
  void gone(Subscription subscription) {
    if (member != null && isNoLonger(subscription)) {
      if (member.hasSession() && !forGood) {
        connection.context().presence().away(subscription.name(), member);
      } else {
        connection.context().presence().leave(subscription.name(), member);
      }
    }
  }

  /// So have all its subscriptions, and those that were to come back.
  void ended() {
    if (member != null && (forGood || !member.hasSession())) {
      connection.context().presence().leaveAll(member);
    }
  }

  private boolean isNoLonger(Subscription subscription) {
    if (subscription.policy().joinLeave()) {
      connection.shard().audience().remove(subscription);
    }
    return Presence.isKept(subscription.policy());
  }
}
