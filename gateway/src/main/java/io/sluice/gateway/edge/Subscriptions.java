package io.sluice.gateway.edge;

import io.sluice.broker.ChannelName;
import io.sluice.gateway.auth.Claims;
import io.sluice.gateway.auth.TokenVerdict;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.config.Resolution;
import io.sluice.gateway.edge.Subscribing.Missed;
import io.sluice.gateway.hub.Anchor;
import io.sluice.gateway.hub.Lost;
import io.sluice.gateway.hub.SharedFilter;
import io.sluice.gateway.hub.Standing;
import io.sluice.gateway.hub.Subscription;
import io.sluice.gateway.hub.Subscription.Side;
import io.sluice.gateway.presence.Presence;
import io.sluice.gateway.protocol.Command;
import io.sluice.gateway.protocol.Command.Since;
import io.sluice.gateway.protocol.Delta;
import io.sluice.gateway.protocol.Disconnect;
import io.sluice.gateway.protocol.Ending;
import io.sluice.gateway.protocol.ErrorCode;
import io.sluice.gateway.protocol.SubscribeResult;
import io.sluice.gateway.protocol.SubscribeResult.Recovery;
import io.sluice.session.Served;
import io.sluice.session.SessionState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A connection's subscriptions, by full name. Confined to the loop.
final class Subscriptions {
  private static final PeerLog peers = PeerLog.of(Subscriptions.class);

  /// SDKs subscribe again, with their position.
  private static final int INSUFFICIENT_STATE = 2500;

  /// SDKs subscribe again, with a new token.
  private static final int EXPIRED = 2501;

  /// A bit of a subscribe's flags: an error rather than going on without what was missed.
  private static final long FLAG_MUST_RECOVER = 2;

  private final Map<String, Subscription> byName = new HashMap<>(4);
  private final Connection connection;
  private @Nullable SubscriptionExpiry expiry;

  /// Channels whose subscriber was too far behind: the next one goes on with what is new.
  private @Nullable Set<String> behind;

  private @Nullable Anchors anchors;
  private @Nullable Attending attending;

  Subscriptions(Connection connection) {
    this.connection = connection;
  }

  /// A subscription was taken up: see [Attending#enter]. That may have ended the connection.
  void attend(Subscription subscription, Claims who, boolean asked) {
    if (Presence.isKept(subscription.policy()) && !connection.ended()) {
      if (attending == null) {
        attending = new Attending(connection);
      }
      attending.enter(subscription, who, asked);
    }
  }

  /// Its place among those who are there, if it has one.
  @Nullable Attending attending() {
    return attending;
  }

  /// The connection is about to end.
  void ending(Ending why) {
    if (attending != null) {
      attending.ending(why);
    }
  }

  boolean has(String channel) {
    return byName.containsKey(channel);
  }

  /// Whether it was not given up.
  boolean holds(Subscription subscription) {
    return byName.get(subscription.name()) == subscription;
  }

  int size() {
    return byName.size();
  }

  /// What services do to them.
  ServerSubscriptions byServer() {
    return new ServerSubscriptions(connection, this);
  }

  /// A client's subscribe.
  void subscribe(Command.Subscribe c) {
    if (connection.context().overload().sheds(ShedLevel.SUBSCRIPTIONS)) {
      connection.error(c.id(), ErrorCode.TOO_MANY_REQUESTS); // SDKs subscribe again, later
      return;
    }
    switch (connection.context().namespaces().resolve(c.channel())) {
      case Resolution.Unknown _ -> connection.error(c.id(), ErrorCode.UNKNOWN_CHANNEL);
      case Resolution.Invalid _ -> connection.error(c.id(), ErrorCode.BAD_REQUEST);
      case Resolution.Found(ChannelName channel, NamespaceConfig policy) -> {
        if (byName.containsKey(c.channel())) {
          connection.error(c.id(), ErrorCode.ALREADY_SUBSCRIBED);
        } else if (byName.size() >= connection.context().edge().maxChannels()) {
          connection.error(c.id(), ErrorCode.LIMIT_EXCEEDED);
        } else if (c.token().isEmpty()
            && !Permissions.may(policy.subscribe(), connection.authenticated(), false)) {
          connection.error(c.id(), ErrorCode.PERMISSION_DENIED);
        } else {
          subscribe(c, channel, policy);
        }
      }
    }
  }

  private void subscribe(Command.Subscribe c, ChannelName channel, NamespaceConfig policy) {
    switch (SubscribeOptions.of(c, policy, connection)) {
      case SubscribeOptions.Refused(ErrorCode error, String message) ->
          connection.error(c.id(), error, message);
      case SubscribeOptions.Granted(Delta delta, var filter) -> {
        var subscription =
            new Subscription(connection.deliveries(), channel, policy, Side.CLIENT, delta, filter);
        add(subscription); // its name is taken while a token is looked at
        if (c.token().isEmpty()) {
          take(c, subscription, Optional.empty());
        } else {
          judge(
              c.token(),
              c.channel(),
              claims -> take(c, subscription, claims.expires()),
              error -> refuse(c.id(), subscription, error));
        }
      }
    }
  }

  /// Looks at a token for a channel. It must name the connection's own user.
  private void judge(
      String token, String channel, Consumer<Claims> good, Consumer<ErrorCode> refused) {
    connection.onLoop(
        connection.context().verifier().verify(token),
        verdict -> {
          switch (verdict) {
            case TokenVerdict.Valid(Claims claims)
                when claims.channel().filter(channel::equals).isPresent()
                    && claims.user().equals(connection.claims().user()) ->
                good.accept(claims);
            case TokenVerdict.Valid _ -> refused.accept(ErrorCode.PERMISSION_DENIED);
            case TokenVerdict.Expired _ -> refused.accept(ErrorCode.TOKEN_EXPIRED);
            case TokenVerdict.Busy _ -> refused.accept(ErrorCode.TOO_MANY_REQUESTS);
            case TokenVerdict.Invalid(String reason) -> {
              peers.info(
                  "channel token refused clientId={} address={} reason={}",
                  connection.id(),
                  connection.address(),
                  reason);
              refused.accept(ErrorCode.PERMISSION_DENIED);
            }
          }
        },
        failure -> connection.failed("verifying a channel's token", failure));
  }

  private void refuse(int id, Subscription subscription, ErrorCode error) {
    remove(subscription);
    connection.error(id, error);
  }

  /// @param expires when the token that grants it does
  private void take(Command.Subscribe c, Subscription subscription, Optional<Instant> expires) {
    if (gone(c, subscription)) {
      return;
    }
    Subscribing subscribing = subscribing();
    Optional<Since> since = since(c);
    Optional<Anchor> anchor = anchor(subscription, since);
    connection.onLoop(
        subscribing.prepare(subscription, since, anchor),
        prepared -> {
          if (gone(c, subscription)) {
            return;
          }
          SubscribeResult result =
              subscribing.take(subscription, prepared, since, Missed.IN_ANSWER);
          subscribing.readOn();
          if ((c.flag() & FLAG_MUST_RECOVER) != 0 && result.recovery() == Recovery.FAILED) {
            refuse(c.id(), subscription, ErrorCode.UNRECOVERABLE_POSITION);
            return;
          }
          expires.ifPresent(at -> expiry().set(subscription, at));
          attend(subscription, connection.claims(), c.joinLeave());
          Optional<Duration> left =
              expires.map(at -> Duration.ofSeconds(connection.secondsUntil(at)));
          connection.reply(
              connection
                  .replies()
                  .subscribed(c.id(), result.expiring(left).with(subscription.delta())));
        },
        failure -> {
          if (NoReplayException.isCauseOf(failure)) {
            refuse(c.id(), subscription, ErrorCode.TOO_MANY_REQUESTS);
            return;
          }
          peers.warn("the log's bounds are not known channel={}", subscription.name(), failure);
          refuse(c.id(), subscription, ErrorCode.INTERNAL);
        });
  }

  /// Whether it was given up while something else was asked. SDKs do not look at the id when they
  /// take this for the answer to a newer subscribe of the channel, so it must be an error they try
  /// again after.
  private boolean gone(Command.Subscribe c, Subscription subscription) {
    boolean gone = byName.get(subscription.name()) != subscription;
    if (gone) {
      connection.error(c.id(), ErrorCode.INTERNAL);
    }
    return gone;
  }

  /// A client brings a new token for a channel.
  void refresh(Command.SubRefresh c) {
    Subscription subscription = byName.get(c.channel());
    if (subscription == null || subscription.side() == Side.SERVER) {
      connection.error(c.id(), ErrorCode.PERMISSION_DENIED);
      return;
    }
    judge(
        c.token(),
        c.channel(),
        claims -> refreshed(c, subscription, claims),
        error -> connection.error(c.id(), error));
  }

  private void refreshed(Command.SubRefresh c, Subscription subscription, Claims claims) {
    if (byName.get(c.channel()) != subscription) {
      connection.error(c.id(), ErrorCode.PERMISSION_DENIED); // given up meanwhile
      return;
    }
    long ttl = 0;
    if (claims.expires().isPresent()) {
      expiry().set(subscription, claims.expires().get());
      ttl = connection.secondsUntil(claims.expires().get());
    } else {
      expiry().clear(subscription);
    }
    connection.reply(connection.replies().subRefreshed(c.id(), ttl));
  }

  private SubscriptionExpiry expiry() {
    if (expiry == null) {
      expiry = new SubscriptionExpiry(connection, this::expired);
    }
    return expiry;
  }

  /// The connection is not ended in here, however full it is: other timers may be due as well.
  private void expired(Subscription subscription) {
    remove(subscription);
    connection.reply(
        connection
            .replies()
            .unsubscribePush(
                connection.form(), subscription.name(), EXPIRED, "subscription expired"));
    connection.flush();
  }

  Subscribing subscribing() {
    return new Subscribing(connection.context(), connection.shard(), connection::room);
  }

  /// Notes a subscription that is being taken up.
  void add(Subscription subscription) {
    byName.put(subscription.name(), subscription);
    connection.context().metrics().subscribed();
  }

  /// The connection goes on where another one of its session ended.
  void resume(List<Served> served) {
    if (!served.isEmpty()) {
      anchors().resume(served);
    }
  }

  /// Up to where its client was served, for a position that it comes back with; once.
  Optional<Anchor> anchor(Subscription subscription, Optional<Since> since) {
    return anchors == null ? Optional.empty() : anchors.take(subscription, since);
  }

  /// Up to where its client was served, in channels of which it does not know that; no more than
  /// can be written.
  List<Served> served() {
    List<Served> all = new ArrayList<>();
    int room = SessionState.MAX_TEXT;
    for (Subscription subscription : byName.values()) {
      Optional<Standing> standing = connection.shard().standing(subscription);
      if (standing.isPresent()) {
        Standing at = standing.get();
        room -= subscription.name().length();
        if (room < 0) {
          break;
        }
        all.add(new Served(subscription.name(), at.epoch(), at.told(), at.liveUntil()));
      }
    }
    if (anchors != null) {
      all.addAll(anchors.untaken(byName.keySet()));
      if (anchors.isEmpty()) {
        anchors = null;
      }
    }
    return all;
  }

  /// Ends a subscription, if there is one.
  void unsubscribe(String channel) {
    connection.session().ifPresent(session -> session.taken(channel));
    Subscription subscription = byName.get(channel);
    if (subscription != null) {
      remove(subscription);
    }
  }

  /// Ends this very subscription; a later one of the same name stays.
  private void remove(Subscription subscription) {
    if (byName.remove(subscription.name(), subscription)) {
      forget(subscription);
      if (attending != null) {
        attending.leave(subscription);
      }
      connection.shard().unsubscribe(subscription);
      connection.context().metrics().unsubscribed();
    }
  }

  /// The hub took a subscription away because it can no longer keep its promise.
  void insufficientState(Subscription subscription, Lost why) {
    if (!byName.remove(subscription.name(), subscription)) {
      return;
    }
    if (why == Lost.LAG) {
      fallenBehind(subscription.name());
    } else if (why == Lost.QUIET) {
      anchors().note(subscription);
    }
    forget(subscription);
    if (attending != null) {
      attending.comesBack(subscription);
    }
    connection.context().metrics().unsubscribed();
    if (subscription.side() == Side.SERVER) {
      connection.endSoon(Disconnect.INSUFFICIENT_STATE);
    } else {
      connection.reply(
          connection
              .replies()
              .unsubscribePush(
                  connection.form(),
                  subscription.name(),
                  INSUFFICIENT_STATE,
                  "insufficient state"));
    }
  }

  private Anchors anchors() {
    if (anchors == null) {
      EdgeContext context = connection.context();
      anchors = new Anchors(connection.wheel(), context.bridge(), context.edge().maxChannels());
    }
    return anchors;
  }

  private void fallenBehind(String channel) {
    Set<String> all = behind;
    if (all == null) {
      all = new HashSet<>(2);
      behind = all;
    }
    if (all.size() < connection.context().edge().maxChannels()) {
      all.add(channel);
    }
  }

  /// Where a client asks to go on; where it was further behind than it may be, it is told that this
  /// is not possible.
  private Optional<Since> since(Command.Subscribe c) {
    boolean tooFar = behind != null && behind.remove(c.channel());
    return tooFar ? c.since().map(_ -> UniRequest.NOWHERE) : c.since();
  }

  private void forget(Subscription subscription) {
    SharedFilter filter = subscription.filter();
    if (filter != null) {
      connection.shard().filters().release(filter);
    }
    if (expiry != null) {
      expiry.clear(subscription);
    }
  }

  void close() {
    for (Subscription subscription : byName.values()) {
      forget(subscription);
      if (attending != null) {
        attending.gone(subscription);
      }
      connection.shard().unsubscribe(subscription);
      connection.context().metrics().unsubscribed();
    }
    byName.clear();
    if (attending != null) {
      attending.ended();
    }
  }
}
