package io.sluice.gateway.edge;

import io.sluice.broker.ChannelName;
import io.sluice.broker.Mode;
import io.sluice.broker.PositionVector;
import io.sluice.gateway.auth.Claims;
import io.sluice.gateway.auth.TokenVerdict;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.config.Resolution;
import io.sluice.gateway.edge.Subscribing.Missed;
import io.sluice.gateway.edge.Subscribing.Prepared;
import io.sluice.gateway.hub.Bookmark;
import io.sluice.gateway.hub.Subscription;
import io.sluice.gateway.hub.Subscription.Side;
import io.sluice.gateway.protocol.Command;
import io.sluice.gateway.protocol.Command.Since;
import io.sluice.gateway.protocol.ConnectResult;
import io.sluice.gateway.protocol.Delta;
import io.sluice.gateway.protocol.Disconnect;
import io.sluice.gateway.protocol.ErrorCode;
import io.sluice.gateway.protocol.JsonReplies;
import io.sluice.gateway.protocol.PositionTokens;
import io.sluice.gateway.protocol.SessionRequest;
import io.sluice.gateway.protocol.SubscribeResult;
import io.sluice.session.SessionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers a connect: token, session, server-side subscriptions, then the reply, in this order.
/// Confined to the loop.
final class ConnectFlow {
  private static final Logger log = LoggerFactory.getLogger(ConnectFlow.class);
  private static final PeerLog peers = PeerLog.of(ConnectFlow.class);

  private final Connection connection;
  private final EdgeContext context;
  private final Command.Connect connect;
  private final String since;

  /// @param since a position token; may be empty
  ConnectFlow(Connection connection, Command.Connect connect, String since) {
    this.connection = connection;
    this.context = connection.context();
    this.connect = connect;
    this.since = since;
  }

  /// A subscription of the connect and what was found out about it.
  private record Prepping(
      Subscription subscription, Optional<Since> since, CompletableFuture<Prepared> prepared) {}

  void start() {
    if (connect.token().isEmpty()) {
      if (context.tokens().anonymous()) {
        accepted(new Claims("", Optional.empty(), Optional.empty(), List.of()));
      } else {
        connection.end(Disconnect.BAD_REQUEST);
      }
      return;
    }
    connection.onLoop(
        context.verifier().verify(connect.token()),
        this::judged,
        failure -> connection.failed("token verification", failure));
  }

  private boolean unidirectional() {
    return !connection.form().bidirectional();
  }

  private void judged(TokenVerdict verdict) {
    switch (verdict) {
      case TokenVerdict.Valid(Claims claims) when claims.channel().isPresent() ->
          connection.badToken("it is for a channel");
      case TokenVerdict.Valid(Claims claims) -> accepted(claims);
      case TokenVerdict.Expired() -> refuse(ErrorCode.TOKEN_EXPIRED, Disconnect.EXPIRED);
      case TokenVerdict.Invalid(String reason) -> connection.badToken(reason);
      case TokenVerdict.Busy() -> refuse(ErrorCode.TOO_MANY_REQUESTS, Disconnect.TOO_MANY_REQUESTS);
    }
  }

  /// A client without commands can be told nothing but a close code.
  private void refuse(ErrorCode error, Disconnect instead) {
    if (unidirectional()) {
      connection.end(instead);
    } else {
      connection.refused(connect.id(), error);
    }
  }

  private void accepted(Claims claims) {
    if (connection.seat().mustWait(claims)) {
      context.metrics().refused(Refusal.SLOW);
      refuse(ErrorCode.TOO_MANY_REQUESTS, Disconnect.TOO_MANY_REQUESTS);
      return;
    }
    SessionRequest request = SessionRequest.of(connect.data());
    if (!claims.user().isEmpty()
        && !connection.seat().take(claims.user(), takesOver(claims.user(), request))) {
      connection
          .connect()
          .say(() ->
              peers.info(
                  "no room reason={} clientId={} address={}",
                  Refusal.USER.label(),
                  connection.id(),
                  connection.address()));
      connection.end(Disconnect.CONNECTION_LIMIT);
      return;
    }
    switch (request) {
      case SessionRequest.None() -> subscribe(claims, null);
      case SessionRequest.Malformed(String reason) -> refuseSession(reason);
      case SessionRequest.Named(String name) -> {
        if (claims.user().isEmpty()) {
          refuseSession("its token names nobody");
        } else {
          connection
              .connect()
              .during(() -> SessionHold.open(connection, claims.user(), name))
              .whenComplete((held, failure) ->
                  connection.shard().thread().execute(() -> settle(claims, held, failure)));
        }
      }
    }
  }

  /// Whether it is to end a connection that is here, of a client that has lost it, say.
  private boolean takesOver(String user, SessionRequest request) {
    return request instanceof SessionRequest.Named(String name)
        && context.sessions().holds(new SessionKey(user, name));
  }

  private void refuseSession(String reason) {
    connection
        .connect()
        .say(() -> log.debug("session refused clientId={} reason={}", connection.id(), reason));
    context.metrics().session(SessionOutcome.REFUSED);
    refuse(ErrorCode.PERMISSION_DENIED, Disconnect.PERMISSION_DENIED);
  }

  private void settle(Claims claims, @Nullable SessionHold held, @Nullable Throwable failure) {
    try {
      opened(claims, held, failure);
    } catch (RuntimeException e) { // the loop would do nothing about it
      if (held != null && connection.session().isEmpty()) {
        held.close();
      }
      connection.failed("opening a session", e);
    }
  }

  /// The connection owns the session from here on and closes it, however it ends.
  private void opened(Claims claims, @Nullable SessionHold held, @Nullable Throwable failure) {
    if (held == null) {
      connection.failed("opening a session", new IllegalStateException(failure));
    } else if (connection.ended()) {
      held.close();
    } else if (!context.sessions().enter(held)) {
      held.close();
      connection.end(Disconnect.TAKEN_OVER);
    } else {
      context.metrics().session(held.resumed() ? SessionOutcome.RESUMED : SessionOutcome.NEW);
      connection.hold(held);
      connection.subscriptions().resume(held.opened().state().served());
      subscribe(claims, held);
      connection.flush();
    }
  }

  private void subscribe(Claims claims, @Nullable SessionHold held) {
    List<Prepping> all = new ArrayList<>();
    Set<String> given = given(claims);
    Set<String> names = new LinkedHashSet<>(given);
    if (unidirectional()) {
      names.addAll(connect.subs().keySet());
    }
    if (names.size() > context.edge().maxChannels()) {
      connection.end(Disconnect.CHANNEL_LIMIT);
      return;
    }
    if (held != null) {
      restore(held, given, names);
    }
    Subscribing subscribing = connection.subscriptions().subscribing();
    Optional<PositionVector> positions = positions();
    for (String name : names) {
      boolean granted = given.contains(name);
      switch (context.namespaces().resolve(name)) {
        case Resolution.Unknown(String namespace) -> {
          refuseChannel("unknown namespace " + namespace);
          return;
        }
        case Resolution.Invalid(String reason) -> {
          refuseChannel(reason);
          return;
        }
        case Resolution.Found(ChannelName channel, NamespaceConfig policy) -> {
          if (!granted && !Permissions.may(policy.subscribe(), !claims.user().isEmpty(), false)) {
            connection.end(Disconnect.PERMISSION_DENIED);
            return;
          }
          Subscription subscription = noted(name, channel, policy);
          if (subscription == null) {
            return;
          }
          Optional<Since> asked =
              since.isEmpty()
                  ? Optional.ofNullable(connect.subs().get(name)).filter(s -> !s.epoch().isEmpty())
                  : Optional.of(asked(channel, positions));
          all.add(
              new Prepping(
                  subscription,
                  asked,
                  subscribing
                      .prepare(
                          subscription,
                          asked,
                          connection.subscriptions().anchor(subscription, asked))
                      .toCompletableFuture()));
        }
      }
    }
    CompletionStage<Void> allPrepared =
        CompletableFuture.allOf(
            all.stream().map(Prepping::prepared).toArray(CompletableFuture[]::new));
    connection.onLoop(
        allPrepared,
        _ -> answer(claims, held, subscribing, all),
        failure -> {
          if (NoReplayException.isCauseOf(failure)) {
            connection.end(Disconnect.TOO_MANY_REQUESTS);
          } else {
            connection.failed("asking for the log's bounds", failure);
          }
        });
  }

  /// The channels it need not ask for: those its token names, and its user's own.
  private Set<String> given(Claims claims) {
    Set<String> given = new LinkedHashSet<>(claims.channels());
    if (claims.user().isEmpty()) {
      return given;
    }
    for (Resolution personal : context.namespaces().personal(claims.user())) {
      switch (personal) {
        case Resolution.Found(ChannelName channel, NamespaceConfig _) ->
            given.add(channel.toString());
        case Resolution.Invalid(String reason) ->
            peers.info(
                "a user without a personal channel clientId={} address={} reason={}",
                connection.id(),
                connection.address(),
                reason);
        case Resolution.Unknown _ -> {
          // personal namespaces are configured
        }
      }
    }
    return given;
  }

  /// The channels that commands of the server gave the session before, as far as there are such
  /// channels, and room for them, and none was taken away since.
  private void restore(SessionHold held, Set<String> given, Set<String> names) {
    for (String name : held.opened().state().subscriptions()) {
      boolean room = names.contains(name) || names.size() < context.edge().maxChannels();
      boolean taken = context.lately().took(held.key(), name);
      if (taken) {
        held.skip();
      }
      if (room && !taken && context.namespaces().resolve(name) instanceof Resolution.Found) {
        held.again(name);
        given.add(name);
        names.add(name);
      }
    }
  }

  /// What the client's token says. One that is not ours says nothing, and the client is told of
  /// each channel that it was not recovered: whoever cannot show where it was begins now.
  private Optional<PositionVector> positions() {
    if (since.isEmpty()) {
      return Optional.empty();
    }
    return switch (connection.shard().bookmarks().read(since)) {
      case PositionTokens.Good(PositionVector positions) -> Optional.of(positions);
      case PositionTokens.Bad(PositionTokens.Fault fault) -> {
        context.metrics().badPosition(fault);
        yield Optional.empty();
      }
    };
  }

  /// A channel of which the token says nothing, or nothing any more, cannot be recovered either.
  private Since asked(ChannelName channel, Optional<PositionVector> positions) {
    String epoch = context.bridge().partition(channel).window().epoch();
    return positions
        .flatMap(known -> known.of(epoch))
        .map(at -> new Since(at.epoch(), at.offset()))
        .orElse(UniRequest.NOWHERE);
  }

  /// A subscription that is the connection's from now on: it gives its filter back, however it
  /// ends.
  ///
  /// @return nothing when it may not be had, which has ended the connection
  private @Nullable Subscription noted(String name, ChannelName channel, NamespaceConfig policy) {
    switch (SubscribeOptions.of(connect, name, policy, connection)) {
      case SubscribeOptions.Granted(Delta delta, var filter) -> {
        Subscription subscription =
            new Subscription(connection.deliveries(), channel, policy, Side.SERVER, delta, filter);
        connection.subscriptions().add(subscription);
        return subscription;
      }
      case SubscribeOptions.Refused(ErrorCode error, String _)
          when error == ErrorCode.TOO_MANY_REQUESTS ->
          connection.end(Disconnect.TOO_MANY_REQUESTS); // there may be room later
      case SubscribeOptions.Refused(ErrorCode _, String message) -> refuseChannel(message);
    }
    return null;
  }

  private void refuseChannel(String reason) {
    connection
        .connect()
        .say(() ->
            peers.info(
                "connect refused clientId={} address={} reason={}",
                connection.id(),
                connection.address(),
                reason));
    connection.end(Disconnect.BAD_REQUEST);
  }

  /// One task: everything is taken up, then the reply goes before the first publication.
  private void answer(
      Claims claims, @Nullable SessionHold held, Subscribing subscribing, List<Prepping> all) {
    Map<String, SubscribeResult> subs = new LinkedHashMap<>();
    for (Prepping p : all) {
      subs.put(
          p.subscription().name(),
          subscribing.take(
              p.subscription(),
              p.prepared().join(),
              p.since(),
              areTogether(List.of(p.subscription())) ? Missed.AS_PUSHES : Missed.IN_ANSWER));
      String name = p.subscription().name();
      boolean joinLeave = connect.joinLeave().contains(name);
      connection.subscriptions().attend(p.subscription(), claims, joinLeave);
    }
    subscribing.readOn();
    String token = unidirectional() ? bookmark(all) : "";
    ConnectResult result =
        new ConnectResult(
            connection.id(),
            context.version(),
            connection.announcedPing(),
            !unidirectional(),
            claims.expires().map(e -> Duration.ofSeconds(connection.secondsUntil(e))),
            held == null ? Optional.empty() : Optional.of(held.replyData()),
            subs,
            connection.emulation(),
            context.nodeId());
    connection.reply(
        unidirectional()
            ? JsonReplies.connectPush(connection.form(), result, token)
            : connection.replies().connected(connect.id(), result));
    connection.connected(claims);
    if (held != null && !connection.ended()) {
      takeAway(held);
    }
  }

  /// What its session lost while this connection was on its way: commands find it from here on.
  private void takeAway(SessionHold held) {
    for (String name : held.given()) {
      if (context.lately().took(held.key(), name)) {
        connection.subscriptions().byServer().unsubscribe(name);
      }
    }
  }

  /// Whether these are given what they missed as pushes, and so together. SDKs look for nothing in
  /// a connect's answer but for what was recovered; the newest value of a channel is for everybody.
  private boolean areTogether(List<Subscription> subscriptions) {
    return !since.isEmpty() || subscriptions.stream().allMatch(s -> s.mode() == Mode.STATE);
  }

  /// Begins to tell the client where it stands.
  ///
  /// @return the token it begins with; may be empty
  private String bookmark(List<Prepping> all) {
    List<Subscription> positioned =
        all.stream().map(Prepping::subscription).filter(Subscription::recoverable).toList();
    Bookmark bookmark = connection.shard().bookmarks().of(positioned, areTogether(positioned));
    String token = bookmark.token();
    if (!token.isEmpty()) {
      connection.mark(bookmark, token);
    } else if (!positioned.isEmpty()) {
      peers.info(
          "more partitions than a position token holds clientId={} channels={}",
          connection.id(),
          positioned.size());
    }
    return token;
  }
}
