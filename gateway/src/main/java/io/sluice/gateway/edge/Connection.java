package io.sluice.gateway.edge;

import io.netty.channel.Channel;
import io.sluice.gateway.auth.Claims;
import io.sluice.gateway.hub.Bookmark;
import io.sluice.gateway.hub.HubShard;
import io.sluice.gateway.protocol.Command;
import io.sluice.gateway.protocol.Disconnect;
import io.sluice.gateway.protocol.Encoding;
import io.sluice.gateway.protocol.ErrorCode;
import io.sluice.gateway.protocol.Replies;
import io.sluice.gateway.protocol.WireForm;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client's connection, from its first command to its end. Confined to its event loop: whatever
/// happens elsewhere comes back through [#onLoop].
final class Connection {
  private static final Logger log = LoggerFactory.getLogger(Connection.class);
  private static final PeerLog peers = PeerLog.of(Connection.class);

  /// How long before a token's end its client is made to fetch the next, seconds.
  private static final long MOST_AHEAD_SECONDS = 5;

  /// Where a connection is in its life.
  enum State {
    /// No connect yet.
    NEW,
    /// The connect is being answered; commands wait.
    CONNECTING,
    CONNECTED,
    /// It was told to go, or has gone.
    ENDED
  }

  private final EdgeContext context;
  private final LoopContext loop;
  private final Channel channel;
  private final Transport transport;
  private final Heartbeat heartbeat;
  private final String id = UUID.randomUUID().toString();
  private final Deliveries deliveries;
  private final Subscriptions subscriptions;
  private final CommandIntake intake;
  private State state = State.NEW;
  private volatile @Nullable Claims claims;
  private @Nullable SessionHold session;
  private @Nullable String seatOf;
  private final @Nullable String emulation;
  private @Nullable PositionMarks marks;
  private final long opened = System.nanoTime();

  Connection(EdgeContext context, LoopContext loop, Channel channel, Transport transport) {
    this.context = context;
    this.loop = loop;
    this.channel = channel;
    this.transport = transport;
    this.heartbeat = new Heartbeat(this, loop.wheel(), loop.pace(), context.edge());
    this.deliveries = new Deliveries(this, transport, loop);
    this.subscriptions = new Subscriptions(this);
    this.intake = new CommandIntake(this);
    transport.owner(this::flush);
    this.emulation =
        transport.form().bidirectional() && !transport.duplex()
            ? context.emulations().open(this)
            : null;
    context.metrics().opened();
    Peer.of(channel).settled();
    loop.connections().add(this);
  }

  // what the parts of a connection share

  EdgeContext context() {
    return context;
  }

  TickWheel wheel() {
    return loop.wheel();
  }

  HubShard shard() {
    return loop.shard();
  }

  Subscriptions subscriptions() {
    return subscriptions;
  }

  String id() {
    return id;
  }

  Claims claims() {
    Claims known = claims;
    if (known == null) {
      throw new IllegalStateException("no connect has been answered");
    }
    return known;
  }

  /// The user its token named; none before the connect was answered. For any thread.
  Optional<String> user() {
    return Optional.ofNullable(claims).map(Claims::user).filter(user -> !user.isEmpty());
  }

  /// Whether its token named a user.
  boolean authenticated() {
    return !claims().user().isEmpty();
  }

  /// Whether this client was closed for not reading so often that it may not come back yet.
  ///
  /// @param who whom its token names
  boolean mustWait(Claims who) {
    return !who.user().isEmpty() && context.slowCloses().mustWait(slowKey(who.user()));
  }

  /// A user's other devices are not to blame.
  private String slowKey(String user) {
    return address() + ' ' + user;
  }

  /// Where it comes from, for the log.
  String address() {
    return Peer.of(channel).address().getHostAddress();
  }

  State state() {
    return state;
  }

  boolean ended() {
    return state == State.ENDED;
  }

  /// What its client asks for comes in here.
  CommandIntake intake() {
    return intake;
  }

  /// Its socket.
  Channel channel() {
    return channel;
  }

  /// Takes an outcome back to the loop; dropped when the connection has ended meanwhile. An outcome
  /// that is there already is taken at once, and whoever called flushes; any other is flushed here.
  ///
  /// @param failed told when the stage failed
  <T> void onLoop(CompletionStage<T> stage, Consumer<T> then, Consumer<Throwable> failed) {
    CompletableFuture<T> outcome = stage.toCompletableFuture();
    if (outcome.isDone()) {
      var _ = outcome.whenComplete((value, failure) -> settle(value, failure, then, failed));
    } else {
      var _ =
          outcome.whenComplete((value, failure) ->
              channel
                  .eventLoop()
                  .execute(() -> {
                    settle(value, failure, then, failed);
                    flush();
                  }));
    }
  }

  private <T> void settle(
      T value, @Nullable Throwable failure, Consumer<T> then, Consumer<Throwable> failed) {
    if (state == State.ENDED) {
      return;
    }
    try {
      if (failure != null) {
        failed.accept(failure);
      } else {
        then.accept(value);
      }
    } catch (RuntimeException e) {
      failed("taking up an outcome", e); // the stage would keep it to itself
    }
  }

  /// A reply, or a push of the connection's own.
  void reply(byte[] reply) {
    put(reply);
  }

  Encoding encoding() {
    return transport.form().encoding();
  }

  /// How it is answered.
  Replies replies() {
    return encoding().replies();
  }

  void error(int id, ErrorCode error) {
    error(id, error, error.message());
  }

  /// @param message what the client can do nothing without
  void error(int id, ErrorCode error, String message) {
    context.metrics().error(error);
    reply(replies().error(id, error, message));
  }

  // from the client

  /// The socket is ready for the protocol; a client that then says nothing is not waited for long.
  void open() {
    heartbeat.awaitConnect();
  }

  /// What names it in `POST /emulation`; none where its client speaks on the socket itself.
  Optional<String> emulation() {
    return Optional.ofNullable(emulation);
  }

  /// Its client answered a ping; unasked, that is against the protocol.
  void pong() {
    if (!heartbeat.pong()) {
      end(Disconnect.BAD_REQUEST);
    }
  }

  /// A client without commands answers pings as RFC 6455 §5.5.2 demands, and may send further
  /// pongs.
  void answeredPing() {
    var _ = heartbeat.pong();
  }

  /// The longest time between pings that its client is told.
  Duration announcedPing() {
    return heartbeat.announce();
  }

  /// Starts answering a connect; commands wait until [#connected]. What came together with the
  /// handshake may have ended the connection before.
  ///
  /// @param since a position token; may be empty
  void connect(Command.Connect connect, String since) {
    if (state == State.ENDED) {
      return;
    }
    state = State.CONNECTING;
    new ConnectFlow(this, connect, since).start();
  }

  /// From now on its client is told where it stands.
  ///
  /// @param told what it is told now
  void mark(Bookmark bookmark, String told) {
    marks = new PositionMarks(bookmark, transport, told);
  }

  /// Counts as one of a user's connections from now on, however often its connect is refused and
  /// tried again.
  ///
  /// @return whether the user may have one more
  boolean seat(String user) {
    if (user.equals(seatOf)) {
      return true;
    }
    leaveSeat();
    if (!context.admission().userArrived(user)) {
      context.metrics().refused(Refusal.USER);
      return false;
    }
    seatOf = user;
    return true;
  }

  private void leaveSeat() {
    if (seatOf != null) {
      context.admission().userLeft(seatOf);
      seatOf = null;
    }
  }

  /// It holds a session now, and closes it however it ends.
  void hold(SessionHold held) {
    session = held;
  }

  /// The connect was answered; unless its answer found no room, which ended the connection.
  void connected(Claims who) {
    if (state == State.ENDED) {
      return;
    }
    claims = who;
    state = State.CONNECTED;
    heartbeat.connected(who);
    intake.connected();
  }

  /// The connect was refused in a way that lets the client try again on this connection's end.
  void refused(int id, ErrorCode error) {
    error(id, error);
    if (state != State.ENDED) {
      state = State.NEW;
      intake.waitNoMore();
    }
  }

  /// It goes on with another token of its user.
  void renew(Claims fresh) {
    claims = fresh;
    heartbeat.expiresAt(fresh);
  }

  /// What a client is told of a token's time. SDKs fetch the next token when it is over, so it is a
  /// little less than there is.
  long secondsUntil(Instant expiry) {
    long left = Duration.between(context.clock().instant(), expiry).toSeconds();
    return Math.max(1, left - Math.clamp(left / 10, 1, MOST_AHEAD_SECONDS));
  }

  /// The client's token is not good; it must not come back with it.
  void badToken(String reason) {
    peers.info("token refused clientId={} address={} reason={}", id, address(), reason);
    end(Disconnect.INVALID_TOKEN);
  }

  /// Something of ours failed; the client may come back.
  void failed(String what, Throwable failure) {
    peers.warn("a connection failed what={} clientId={}", what, id, failure);
    end(Disconnect.SERVER_ERROR);
  }

  // to the client

  /// How its pushes are written.
  WireForm form() {
    return transport.form();
  }

  /// What the hub gives publications to.
  Deliveries deliveries() {
    return deliveries;
  }

  /// Bytes of publications for which there is room now.
  long room() {
    return transport.room();
  }

  /// Whether the socket has yet to take something it was given.
  boolean backlogged() {
    return transport.backlogged();
  }

  /// How often its socket has caught up with what it was given.
  int drains() {
    return transport.drains();
  }

  /// Slow is who leaves no room even for replies although everything was handed to its socket.
  private void put(byte[] message) {
    if (state == State.ENDED || transport.append(message)) {
      return;
    }
    transport.flush();
    if (!transport.append(message)) {
      endSoon(Disconnect.SLOW);
    }
  }

  /// As [#end], but lets go of its subscriptions only after the caller is done: the hub may be
  /// going through them. Nothing goes out from now on, so nothing can go out of order.
  void endSoon(Disconnect why) {
    if (state != State.ENDED) {
      state = State.ENDED;
      channel.eventLoop().execute(() -> finish(why));
    }
  }

  /// Writes what waits, as far as the socket takes it.
  void flush() {
    try {
      if (marks != null && state != State.ENDED) { // who is ending is given nothing any more
        marks.flushing();
      }
      transport.flush();
    } catch (RuntimeException | OutOfMemoryError e) { // what was to be written is lost
      peers.error("a connection could not be written to clientId={}", id, e);
      endSoon(Disconnect.SERVER_ERROR);
    }
  }

  /// Whether its client answers pings.
  boolean answersPings() {
    return transport.answersPings();
  }

  void ping() {
    if (marks != null && state != State.ENDED) {
      marks.pinging();
    }
    transport.ping();
    if (session != null) {
      session.seen(context);
    }
  }

  // the end

  /// Tells the client why and lets go of everything.
  void end(Disconnect why) {
    if (state != State.ENDED) {
      state = State.ENDED;
      finish(why);
    }
  }

  private void finish(Disconnect why) {
    log.debug("connection ended clientId={} closeCode={}", id, why.code());
    context.metrics().ended(why);
    Claims known = claims;
    if (why == Disconnect.SLOW && known != null && !known.user().isEmpty()) {
      context.slowCloses().closed(slowKey(known.user()), opened);
    }
    release();
    try {
      transport.end(why);
    } catch (RuntimeException | OutOfMemoryError e) {
      peers.error("a connection could not be told why it ends clientId={}", id, e);
      var _ = channel.close();
    }
  }

  /// The client broke the rules of its transport, which tells it so.
  void violated() {
    if (state != State.ENDED) {
      state = State.ENDED;
      context.metrics().ended(Disconnect.PROTOCOL_ERROR);
    }
    transport.discard();
    release();
  }

  /// The client asks for sign after sign of life and reads none; its socket is being cut.
  void flooded() {
    if (state != State.ENDED) {
      state = State.ENDED;
      context.metrics().pingFlood();
    }
    transport.discard();
    release();
  }

  /// The socket has gone.
  void gone() {
    if (state != State.ENDED) {
      state = State.ENDED;
      context.metrics().left();
    }
    transport.discard();
    release();
  }

  private void release() {
    subscriptions.close(); // each time: what ended it may have been taking one up
    if (!loop.connections().remove(this)) {
      return; // done before
    }
    heartbeat.stop();
    leaveSeat();
    if (emulation != null) {
      context.emulations().close(emulation);
    }
    intake.waitNoMore(); // and hear the peer close
    if (session != null) {
      session.close();
    }
    context.metrics().closed();
  }
}
