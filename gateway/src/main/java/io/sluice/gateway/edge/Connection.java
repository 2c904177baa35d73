package io.sluice.gateway.edge;

import io.netty.channel.Channel;
import io.sluice.gateway.auth.Claims;
import io.sluice.gateway.edge.ConnectTraces.Fault;
import io.sluice.gateway.hub.Bookmark;
import io.sluice.gateway.hub.HubShard;
import io.sluice.gateway.logs.AccessLog.Verdict;
import io.sluice.gateway.presence.Member;
import io.sluice.gateway.protocol.ClientInfo;
import io.sluice.gateway.protocol.Command;
import io.sluice.gateway.protocol.Disconnect;
import io.sluice.gateway.protocol.Encoding;
import io.sluice.gateway.protocol.Ending;
import io.sluice.gateway.protocol.ErrorCode;
import io.sluice.gateway.protocol.Replies;
import io.sluice.gateway.protocol.WireForm;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One client's connection, from its first command to its end. Confined to its event loop: whatever
/// happens elsewhere comes back through [#onLoop].
final class Connection {
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
  private final @Nullable String emulation;
  private @Nullable PositionMarks marks;
  private ConnectTraces.Connect connect = ConnectTraces.Connect.UNTRACED;
  private final long opened = System.nanoTime();
  private final Seat seat = new Seat(this);
  private final ConnectionEnd end;

  Connection(EdgeContext context, LoopContext loop, Channel channel, Transport transport) {
    this.context = context;
    this.loop = loop;
    this.channel = channel;
    this.transport = transport;
    this.heartbeat = new Heartbeat(this, loop.wheel(), loop.pace(), context.edge());
    this.deliveries = new Deliveries(this, transport, loop);
    this.subscriptions = new Subscriptions(this);
    this.intake = new CommandIntake(this);
    this.end = new ConnectionEnd(this, loop, transport, heartbeat);
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

  /// Its place among its user's connections.
  Seat seat() {
    return seat;
  }

  /// It was closed for not reading.
  void tooSlow(String user) {
    seat.tooSlow(user, opened);
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

  /// How its messages reach its client.
  Transport transport() {
    return transport;
  }

  /// Its socket.
  Channel channel() {
    return channel;
  }

  /// Takes an outcome back to the loop, see [Outcome#take].
  ///
  /// @param failed told when the stage failed
  <T> void onLoop(CompletionStage<T> stage, Consumer<T> then, Consumer<Throwable> failed) {
    Outcome.take(this, stage, then, failed);
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
  void connect(Command.Connect command, String since) {
    if (state == State.ENDED) {
      return;
    }
    state = State.CONNECTING;
    connect = context.traces().begin(transport.label());
    new ConnectFlow(this, command, since).start();
  }

  /// Its connect, for whoever follows that.
  ConnectTraces.Connect connect() {
    return connect;
  }

  /// From now on its client is told where it stands.
  ///
  /// @param told what it is told now
  void mark(Bookmark bookmark, String told) {
    marks = new PositionMarks(bookmark, transport, told);
  }

  /// It holds a session now, and closes it however it ends.
  void hold(SessionHold held) {
    session = held;
    held.begin();
  }

  /// Its session, if it has one.
  Optional<SessionHold> session() {
    return Optional.ofNullable(session);
  }

  /// Where sessions that are due to be written are gathered.
  Checkpoints checkpoints() {
    return loop.checkpoints();
  }

  /// As others see it.
  Member member(Claims who) {
    ClientInfo info = new ClientInfo(who.user(), id, who.info().orElse(""));
    return session == null ? Member.of(info) : session.member(info);
  }

  /// The connect was answered; unless its answer found no room, which ended the connection.
  void connected(Claims who) {
    if (state == State.ENDED) {
      return;
    }
    claims = who;
    state = State.CONNECTED;
    connect.answered();
    connect = ConnectTraces.Connect.UNTRACED;
    end.begun();
    if (!who.user().isEmpty()) {
      context.users().add(who.user(), this);
      if (context.verifier().isRevoked(who)) { // since it was judged, and nobody found it
        end(Disconnect.INVALID_TOKEN);
        return;
      }
    }
    heartbeat.connected(who);
    intake.connected();
  }

  /// The connect was refused in a way that lets the client try again on this connection's end.
  void refused(int id, ErrorCode error) {
    error(id, error);
    if (state != State.ENDED) {
      state = State.NEW;
      connectFailed(Integer.toString(error.code()), Fault.CLIENT);
      intake.waitNoMore();
    }
  }

  /// The name of its session, if it has one. After the connect.
  Optional<String> sessionName() {
    return Optional.ofNullable(session).map(SessionHold::name);
  }

  /// How long it has been there.
  long ageNanos() {
    return System.nanoTime() - opened;
  }

  /// When it was opened, to the millisecond.
  Instant openedAt() {
    return context.clock().instant().minusNanos(ageNanos()).truncatedTo(ChronoUnit.MILLIS);
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
    connect.say(
        () -> peers.info("token refused clientId={} address={} reason={}", id, address(), reason));
    end(Disconnect.INVALID_TOKEN);
  }

  /// Something of ours failed; the client may come back.
  void failed(String what, Throwable failure) {
    connect.say(() -> peers.warn("a connection failed what={} clientId={}", what, id, failure));
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
  void endSoon(Ending why) {
    if (endsNow(why)) {
      channel.eventLoop().execute(() -> end.tell(why));
    }
  }

  /// Writes what waits, as far as the socket takes it.
  void flush() {
    try {
      if (marks != null && state != State.ENDED) { // who is ending is given nothing any more
        marks.flushing();
      }
      transport.flush();
      deliveries.flushed();
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
  }

  // the end

  /// Tells the client why and lets go of everything.
  void end(Ending why) {
    if (endsNow(why)) {
      end.tell(why);
    }
  }

  /// The client broke the rules of its transport, which tells it so.
  void violated() {
    Disconnect why = Disconnect.PROTOCOL_ERROR;
    if (endsNow(why)) {
      end.untold(metrics -> metrics.ended(why), Verdict.BAD, why.code(), why.reason());
      subscriptions.ending(why);
    }
    end.discard();
  }

  /// The client asks for sign after sign of life and reads none; its socket is being cut.
  void flooded() {
    if (endsNow(EdgeMetrics.PING_FLOOD, Fault.CLIENT)) {
      end.untold(EdgeMetrics::pingFlood, Verdict.BAD, ConnectionEvents.CUT, "ping flood");
    }
    end.discard();
  }

  /// The socket has gone.
  void gone() {
    if (endsNow(EdgeMetrics.CLIENT, Fault.CLIENT)) {
      end.untold(EdgeMetrics::left, Verdict.GOOD, ConnectionEvents.CUT, "the client left");
    }
    end.discard();
  }

  /// @return whether it had not ended before
  private boolean endsNow(Ending why) {
    return endsNow(why.label(), why == Disconnect.SERVER_ERROR ? Fault.NODE : Fault.CLIENT);
  }

  private boolean endsNow(String why, Fault fault) {
    boolean ends = state != State.ENDED;
    state = State.ENDED;
    if (ends) {
      connectFailed(why, fault);
    }
    return ends;
  }

  /// Without effect where it was answered, or there was none.
  private void connectFailed(String why, Fault fault) {
    connect.failed(why, fault);
    connect = ConnectTraces.Connect.UNTRACED;
  }
}
