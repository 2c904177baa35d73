package io.sluice.gateway.edge;

import io.sluice.broker.ChannelName;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.config.Resolution;
import io.sluice.gateway.hub.Subscription;
import io.sluice.gateway.hub.Subscription.Side;
import io.sluice.gateway.protocol.Command;
import io.sluice.gateway.protocol.Disconnect;
import io.sluice.gateway.protocol.ErrorCode;
import io.sluice.gateway.protocol.SubscribeResult;
import io.sluice.gateway.protocol.SubscribeResult.Recovery;
import java.util.HashMap;
import java.util.Map;

/// A connection's subscriptions, by full name. Confined to the loop.
final class Subscriptions {
  private static final PeerLog peers = PeerLog.of(Subscriptions.class);

  /// SDKs subscribe again, with their position.
  private static final int INSUFFICIENT_STATE = 2500;

  /// In a subscribe: an error rather than going on without what was missed.
  private static final long FLAG_MUST_RECOVER = 2;

  private final Connection connection;
  private final Map<String, Subscription> byName = new HashMap<>(4);

  Subscriptions(Connection connection) {
    this.connection = connection;
  }

  boolean has(String channel) {
    return byName.containsKey(channel);
  }

  int size() {
    return byName.size();
  }

  /// A client's subscribe.
  void subscribe(Command.Subscribe c) {
    switch (connection.context().namespaces().resolve(c.channel())) {
      case Resolution.Unknown _ -> connection.error(c.id(), ErrorCode.UNKNOWN_CHANNEL);
      case Resolution.Invalid _ -> connection.error(c.id(), ErrorCode.BAD_REQUEST);
      case Resolution.Found(ChannelName channel, NamespaceConfig policy) -> {
        if (byName.containsKey(c.channel())) {
          connection.error(c.id(), ErrorCode.ALREADY_SUBSCRIBED);
        } else if (byName.size() >= connection.context().edge().maxChannels()) {
          connection.error(c.id(), ErrorCode.LIMIT_EXCEEDED);
        } else if (!Permissions.may(policy.subscribe(), connection.authenticated(), false)) {
          connection.error(c.id(), ErrorCode.PERMISSION_DENIED);
        } else {
          take(c, new Subscription(connection, channel, policy, Side.CLIENT));
        }
      }
    }
  }

  private void take(Command.Subscribe c, Subscription subscription) {
    Subscribing subscribing = subscribing();
    add(subscription);
    connection.onLoop(
        subscribing.prepare(subscription, c.since()),
        prepared -> {
          if (byName.get(subscription.name()) != subscription) {
            // given up while Kafka was asked. SDKs do not look at the id when they take this for
            // the answer to a newer subscribe of the channel, so it must be one they try again
            // after
            connection.error(c.id(), ErrorCode.INTERNAL);
            return;
          }
          SubscribeResult result = subscribing.take(subscription, prepared, c.since());
          if (c.flag() == FLAG_MUST_RECOVER && result.recovery() == Recovery.FAILED) {
            remove(subscription);
            connection.error(c.id(), ErrorCode.UNRECOVERABLE_POSITION);
          } else {
            connection.reply(connection.encoding().subscribed(c.id(), result));
          }
        },
        failure -> {
          peers.warn("the log's end is not known channel={}", subscription.name(), failure);
          remove(subscription);
          connection.error(c.id(), ErrorCode.INTERNAL);
        });
  }

  Subscribing subscribing() {
    EdgeContext context = connection.context();
    return new Subscribing(context.bridge(), connection.shard(), context.metrics());
  }

  /// Notes a subscription that is being taken up.
  void add(Subscription subscription) {
    byName.put(subscription.name(), subscription);
    connection.context().metrics().subscribed();
  }

  /// Ends a subscription, if there is one.
  void unsubscribe(String channel) {
    Subscription subscription = byName.get(channel);
    if (subscription != null) {
      remove(subscription);
    }
  }

  /// Ends this very subscription; a later one of the same name stays.
  private void remove(Subscription subscription) {
    if (byName.remove(subscription.name(), subscription)) {
      connection.shard().unsubscribe(subscription);
      connection.context().metrics().unsubscribed();
    }
  }

  /// The hub took a subscription away because it can no longer keep its promise.
  void insufficientState(Subscription subscription) {
    if (!byName.remove(subscription.name(), subscription)) {
      return;
    }
    connection.context().metrics().unsubscribed();
    if (subscription.side() == Side.SERVER) {
      connection.endSoon(Disconnect.INSUFFICIENT_STATE);
    } else {
      connection.reply(
          connection
              .encoding()
              .unsubscribePush(
                  connection.form(),
                  subscription.name(),
                  INSUFFICIENT_STATE,
                  "insufficient state"));
    }
  }

  void close() {
    for (Subscription subscription : byName.values()) {
      connection.shard().unsubscribe(subscription);
      connection.context().metrics().unsubscribed();
    }
    byName.clear();
  }
}
