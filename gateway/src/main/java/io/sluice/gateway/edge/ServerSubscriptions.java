package io.sluice.gateway.edge;

import io.sluice.broker.ChannelName;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.config.Resolution;
import io.sluice.gateway.edge.Subscribing.Missed;
import io.sluice.gateway.hub.Subscription;
import io.sluice.gateway.hub.Subscription.Side;
import io.sluice.gateway.protocol.Command.Since;
import io.sluice.gateway.protocol.SubscribeResult;
import java.util.Optional;

/// What services, and not the client, do to a live connection's subscriptions. Confined to the
/// loop.
///
/// The right to subscribe is not asked for: whoever commands has the key of the API. A client
/// without an SDK that is cut resumes where its token says; a channel that it got in this way is
/// not in it.
final class ServerSubscriptions {
  private static final PeerLog peers = PeerLog.of(ServerSubscriptions.class);

  /// SDKs do not subscribe again.
  private static final int UNSUBSCRIBED = 2000;

  private final Connection connection;
  private final Subscriptions subscriptions;

  ServerSubscriptions(Connection connection, Subscriptions subscriptions) {
    this.connection = connection;
    this.subscriptions = subscriptions;
  }

  /// Subscribes the connection and tells its client, where there is such a channel, it is not
  /// subscribed to it, and it may have one more.
  ///
  /// @param since where to go on; what was missed comes as pushes
  void subscribe(String name, Optional<Since> since) {
    if (subscriptions.has(name)) {
      return;
    }
    if (subscriptions.size() >= connection.context().edge().maxChannels()) {
      refused(name, "it has " + subscriptions.size() + " subscriptions, the most it may have");
      return;
    }
    switch (connection.context().namespaces().resolve(name)) {
      case Resolution.Unknown(String namespace) -> refused(name, "no namespace " + namespace);
      case Resolution.Invalid(String reason) -> refused(name, reason);
      case Resolution.Found(ChannelName channel, NamespaceConfig policy) -> {
        Subscription subscription =
            new Subscription(connection.deliveries(), channel, policy, Side.SERVER);
        subscriptions.add(subscription);
        connection.session().ifPresent(session -> session.given(name));
        take(subscription, since);
      }
    }
  }

  private void take(Subscription subscription, Optional<Since> since) {
    Subscribing subscribing = subscriptions.subscribing();
    connection.onLoop(
        subscribing.prepare(subscription, since),
        prepared -> {
          if (!subscriptions.holds(subscription)) {
            return; // given up meanwhile
          }
          SubscribeResult result =
              subscribing.take(subscription, prepared, since, Missed.AS_PUSHES);
          subscribing.readOn();
          subscriptions.attend(subscription, connection.claims(), false);
          connection.reply(
              connection.replies().subscribePush(connection.form(), subscription.name(), result));
          connection.flush();
        },
        failure -> {
          if (!subscriptions.holds(subscription)) {
            return; // of a later one of that name nothing has failed
          }
          peers.warn("a command to subscribe failed channel={}", subscription.name(), failure);
          subscriptions.unsubscribe(subscription.name());
        });
  }

  private void refused(String name, String reason) {
    peers.info(
        "a command to subscribe is not followed clientId={} channel={} reason={}",
        connection.id(),
        name,
        reason);
  }

  /// Takes a channel away, whoever subscribed the connection, and tells its client.
  void unsubscribe(String name) {
    connection.session().ifPresent(session -> session.takenByCommand(name));
    if (subscriptions.has(name)) {
      subscriptions.unsubscribe(name);
      connection.reply(
          connection
              .replies()
              .unsubscribePush(connection.form(), name, UNSUBSCRIBED, "server unsubscribe"));
      connection.flush();
    }
  }
}
