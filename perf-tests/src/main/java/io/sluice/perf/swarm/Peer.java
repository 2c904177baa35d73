package io.sluice.perf.swarm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One client of the protocol: connects, subscribes, answers pings, and comes back with its
/// positions when its connection ends. Confined to the loop.
@ChannelHandler.Sharable // with one socket after the other, never two at once
@SuppressWarnings(
    "FutureReturnValueIgnored") // a write that fails closes its socket, which is heard
final class Peer extends ChannelInboundHandlerAdapter
    implements FrameReader.Frames, Speech.Listener {
  private static final ObjectMapper JSON = Order.Json.MAPPER;
  private static final Speech TEXT = new JsonSpeech();
  private static final Speech PROTOBUF = new ProtobufSpeech();
  private static final Speech BARE = new BareSpeech(/* ids= */ false);
  private static final Speech BARE_WITH_IDS = new BareSpeech(/* ids= */ true);
  private static final int RESUBSCRIBE = 2500;
  private static final int CONNECT_ID = 1;

  /// Where a peer is in its life.
  private enum State {
    AWAY,
    UPGRADING,
    CONNECTING,
    CONNECTED
  }

  private final Population population;
  private final int number;
  private final PeerSubscriptions subscriptions;
  private final FrameReader frames = new FrameReader();
  private final Speech speech;
  private State state = State.AWAY;
  private @Nullable Channel channel;
  private int node;

  /// When it began to connect last; what was due before is past.
  private long began;

  /// When it lost its connection; 0 before the first.
  private long lost;

  private int attempts;
  private boolean live;
  private boolean arriving;
  private @Nullable String end;
  private @Nullable String token;

  /// Of the last publication, where there are ids.
  private String lastId = "";

  Peer(Population population, int number) {
    Audience audience = population.audience();
    this.population = population;
    this.number = number;
    this.node = number % audience.nodes().size();
    this.subscriptions = new PeerSubscriptions(population, number);
    this.speech = speech(audience);
  }

  private static Speech speech(Audience audience) {
    if (audience.bare()) {
      return audience.ids() ? BARE_WITH_IDS : BARE;
    }
    return audience.protobuf() ? PROTOBUF : TEXT;
  }

  /// Of its channels.
  PeerSubscriptions subscriptions() {
    return subscriptions;
  }

  boolean live() {
    return live;
  }

  /// Whether it has a connection to this node, of the audience's list.
  boolean isOn(int place) {
    return channel != null && node == place;
  }

  /// Whether it stops reading when it is told to.
  boolean stops() {
    return population.audience().stops(number);
  }

  /// Whether it is on its way to being live, and counts against how many may be at a time.
  boolean arriving() {
    return arriving;
  }

  void arriving(boolean now) {
    arriving = now;
  }

  // the socket

  /// Begins to connect.
  ///
  /// @return where
  URI begin() {
    began = population.now();
    population.tally().connecting(began);
    return server();
  }

  private URI server() {
    return population.audience().nodes().get(node);
  }

  /// What it asks for there.
  private URI address() {
    if (!population.audience().bare()) {
      return server();
    }
    String after = lastId.isEmpty() ? "" : "&last_event_id=" + lastId;
    return URI.create(server() + subscriptions.channelName(0) + after);
  }

  /// The socket is there: asks for a WebSocket.
  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (population.closed()) {
      ctx.close();
      return;
    }
    channel = ctx.channel();
    state = State.UPGRADING;
    end = null;
    String subprotocol = population.audience().ids() ? BareSpeech.SUBPROTOCOL : "";
    ctx.writeAndFlush(
        ClientFrames.handshake(ctx.alloc(), address(), subprotocol), ctx.voidPromise());
  }

  /// No socket came about.
  void unreachable(Throwable cause) {
    population.tally().ended("unreachable: " + cause.getClass().getSimpleName());
    away();
  }

  /// Gone without a word, as when a network fails.
  void cut(long awayMs) {
    Channel open = channel;
    if (open != null && end == null) {
      end = "cut";
      attempts = 0;
      population.stayAway(this, awayMs);
      open.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf came = (ByteBuf) message;
    if (state == State.UPGRADING && !upgraded(ctx, came)) {
      return;
    }
    frames.read(ctx.alloc(), came, this);
  }

  /// Takes the answer to the handshake out of what came.
  ///
  /// @return whether frames follow; otherwise it has taken everything
  private boolean upgraded(ChannelHandlerContext ctx, ByteBuf came) {
    int length = ClientFrames.switched(came);
    if (length < 0) {
      // an answer in pieces does not come from a server on this machine
      end = "refused: " + came.toString(StandardCharsets.US_ASCII).lines().findFirst().orElse("");
      came.release();
      ctx.close();
      return false;
    }
    came.skipBytes(length);
    if (population.audience().bare()) {
      subscriptions.begun(!lastId.isEmpty());
      connected();
      return true;
    }
    state = State.CONNECTING;
    ctx.writeAndFlush(speech.frame(ctx.alloc(), opening()), ctx.voidPromise());
    return true;
  }

  @Override
  public boolean frame(int opcode, boolean fin, ByteBuf payload, int length) {
    switch (opcode) {
      case ClientFrames.TEXT, ClientFrames.BINARY -> {
        byte[] message = population.scratch(length);
        payload.readBytes(message, 0, length);
        if (!fin) {
          fail("a fragmented message");
        } else if (opcode == speech.opcode()) {
          hear(message, length);
        } else {
          fail("a message of the other kind");
        }
      }
      case ClientFrames.PING -> {
        byte[] echo = new byte[length];
        payload.readBytes(echo);
        write(ClientFrames.frame(open().alloc(), ClientFrames.PONG, echo));
      }
      case ClientFrames.PONG -> {
        // never asked for
      }
      case ClientFrames.CLOSE -> {
        end = length < 2 ? "closed" : Integer.toString(payload.readUnsignedShort());
        open().close();
      }
      default -> fail("a frame with opcode " + opcode);
    }
    return end == null;
  }

  private void write(ByteBuf frame) {
    open().writeAndFlush(frame, open().voidPromise());
  }

  private void write(JsonNode... commands) {
    write(speech.frame(open().alloc(), List.of(commands)));
  }

  private Channel open() {
    if (channel == null) {
      throw new IllegalStateException("no socket");
    }
    return channel;
  }

  /// The server says what this client does not understand.
  private void fail(String what) {
    population.tally().error(what);
    end = "not understood";
    open().close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    frames.close();
    channel = null;
    if (live) {
      lost = population.now();
    }
    population.tally().ended(end == null ? "gone" : end);
    away();
  }

  private void away() {
    state = State.AWAY;
    subscriptions.connectionLost();
    settle();
    node = (node + 1) % population.audience().nodes().size();
    population.comeBack(this, attempts++);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      population.tally().error(cause.toString());
    }
    end = end == null ? "gone" : end;
    ctx.close();
  }

  // the protocol

  /// Connects and subscribes in one frame, as the JavaScript SDK does.
  private List<ObjectNode> opening() {
    List<ObjectNode> commands = new ArrayList<>();
    ObjectNode connect = JSON.createObjectNode().put("id", CONNECT_ID);
    ObjectNode request = connect.putObject("connect").put("name", "swarm");
    if (token == null) {
      token = population.token(number);
    }
    if (!token.isEmpty()) {
      request.put("token", token);
    }
    if (population.audience().sessions()) {
      request.putObject("data").put("session", population.audience().prefix());
    }
    commands.add(connect);
    commands.addAll(subscriptions.subscribeAll());
    return commands;
  }

  private void hear(byte[] message, int length) {
    try {
      speech.read(message, length, population.pushes(), this);
    } catch (IOException | IllegalArgumentException e) {
      fail(e.toString());
    }
  }

  @Override
  public void publication(PushReader push) {
    Optional<String> wrong = subscriptions.published(push, began);
    if (wrong.isPresent()) {
      fail(wrong.get());
    }
  }

  @Override
  public void id(String id) {
    lastId = id;
  }

  @Override
  public void message(JsonNode message) {
    handle(message);
  }

  @Override
  public boolean ended() {
    return end != null;
  }

  private void handle(JsonNode message) {
    if (message.has("error")) {
      refused(message);
    } else if (message.has("push")) {
      pushed(message.get("push"));
    } else if (message.has("connect")) {
      held(message.get("connect"));
      connected();
    } else if (message.has("subscribe")) {
      subscriptions.subscribed(message, began).ifPresentOrElse(this::fail, this::settle);
    } else if (message.isEmpty()) {
      write(JSON.createObjectNode());
    } else if (message.has("unsubscribe")) {
      subscriptions.left();
    } else {
      fail("a message of an unknown kind");
    }
  }

  private void connected() {
    state = State.CONNECTED;
    attempts = 0;
    settle();
  }

  /// Counts what it was told of its session.
  private void held(JsonNode connected) {
    if (population.audience().sessions()) {
      String session = connected.path("data").path("sluice").path("session").asText("none");
      population.tally().verdict("session " + session);
    }
  }

  private void refused(JsonNode message) {
    population.tally().error(message.path("error").toString());
    end = "error " + message.path("error").path("code").asInt();
    open().close();
  }

  private void pushed(JsonNode push) {
    int code = push.path("unsubscribe").path("code").asInt();
    if (code < RESUBSCRIBE) {
      fail("an unknown push");
      return;
    }
    population.tally().verdict("unsubscribed " + code);
    ObjectNode again = subscriptions.ended(push.path("channel").asText());
    settle();
    write(again);
  }

  /// Whether it is live may have changed.
  private void settle() {
    boolean now = state == State.CONNECTED && subscriptions.allAnswered();
    if (now != live) {
      live = now;
      if (live && lost != 0) {
        population.tally().returned(lost, population.now());
        lost = 0;
      }
      population.settled(this);
    }
  }

  /// Leaves a channel and comes back to it as somebody who knows nothing of it.
  void churn() {
    if (!live) {
      return;
    }
    ObjectNode[] commands = subscriptions.leaveAndReturn();
    settle();
    write(commands);
  }

  /// Reads once; for those that do not read by themselves.
  void readOnce() {
    if (channel != null) {
      channel.read();
    }
  }

  /// Stops reading by itself, or goes on.
  void autoRead(boolean on) {
    if (channel != null) {
      channel.config().setAutoRead(on);
    }
  }

  /// For good.
  void close() {
    if (channel != null) {
      end = "ended";
      channel.close();
    }
  }
}
