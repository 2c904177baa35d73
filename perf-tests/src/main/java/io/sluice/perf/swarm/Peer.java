package io.sluice.perf.swarm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sluice.perf.check.ChannelWatch;
import io.sluice.perf.check.Claim;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One client of the protocol: connects, subscribes, answers pings, remembers its positions and
/// comes back with them. Everything it is given goes to its checkers. Confined to the loop.
@ChannelHandler.Sharable // with one socket after the other, never two at once
@SuppressWarnings(
    "FutureReturnValueIgnored") // a write that fails closes its socket, which is heard
final class Peer extends ChannelInboundHandlerAdapter
    implements FrameReader.Frames, Speech.Listener {
  private static final ObjectMapper JSON = Order.Json.MAPPER;
  private static final Speech TEXT = new JsonSpeech();
  private static final Speech PROTOBUF = new ProtobufSpeech();
  private static final int RESUBSCRIBE = 2500;
  private static final int CONNECT_ID = 1;

  /// Of the first subscribe; the further ones follow. Later ones repeat these ids, because a client
  /// has one subscribe of a channel under way at most.
  private static final int FIRST_SUBSCRIBE_ID = 2;

  private static final int UNSUBSCRIBE_ID = 1_000_000;

  /// Where a peer is in its life.
  private enum State {
    AWAY,
    UPGRADING,
    CONNECTING,
    CONNECTED
  }

  private final Population population;
  private final int number;
  private final String name;
  private final ChannelWatch[] watches;
  private final @Nullable String[] epochs;
  private final long[] offsets;

  /// Where a subscription began in the middle, until its first publication has come; -1 otherwise.
  private final long[] begunAt;

  private final BitSet answered = new BitSet();
  private final FrameReader frames = new FrameReader();
  private final Speech speech;
  private State state = State.AWAY;
  private @Nullable Channel channel;
  private int node;

  /// When it began to connect last; what was due before is past.
  private long began;

  private int attempts;
  private boolean live;
  private boolean arriving;
  private boolean leaving;
  private boolean churned;
  private @Nullable String end;
  private @Nullable String token;

  Peer(Population population, int number) {
    Audience audience = population.audience();
    this.population = population;
    this.number = number;
    this.node = number % audience.nodes().size();
    int subscriptions = audience.channelsPerClient();
    watches = new ChannelWatch[subscriptions];
    epochs = new String[subscriptions];
    offsets = new long[subscriptions];
    begunAt = new long[subscriptions];
    Arrays.fill(begunAt, -1);
    name = "client " + number;
    speech = audience.protobuf() ? PROTOBUF : TEXT;
    for (int slot = 0; slot < subscriptions; slot++) {
      watches[slot] = new ChannelWatch(name, channelName(slot));
      if (audience.fromFirst()) {
        watches[slot].expect(0);
      }
    }
  }

  private String channelName(int slot) {
    return population.channelName(population.audience().channel(number, slot));
  }

  ChannelWatch[] watches() {
    return watches;
  }

  int channelOf(int slot) {
    return population.audience().channel(number, slot);
  }

  boolean live() {
    return live;
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
    return server();
  }

  private URI server() {
    return population.audience().nodes().get(node);
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
    ctx.writeAndFlush(ClientFrames.handshake(ctx.alloc(), server()), ctx.voidPromise());
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
    population.tally().ended(end == null ? "gone" : end);
    away();
  }

  private void away() {
    state = State.AWAY;
    leaving = false;
    answered.clear();
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
    commands.add(connect);
    for (int slot = 0; slot < watches.length; slot++) {
      commands.add(subscribe(slot));
    }
    return commands;
  }

  private ObjectNode subscribe(int slot) {
    ObjectNode command = JSON.createObjectNode().put("id", FIRST_SUBSCRIBE_ID + slot);
    ObjectNode request = command.putObject("subscribe").put("channel", channelName(slot));
    if (epochs[slot] != null) {
      request.put("recover", true).put("epoch", epochs[slot]).put("offset", offsets[slot]);
    }
    return command;
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
    published(push);
  }

  @Override
  public void message(JsonNode message) {
    handle(message);
  }

  @Override
  public boolean ended() {
    return end != null;
  }

  private void published(PushReader push) {
    int slot = population.audience().slot(number, push.channel());
    String epoch = slot < 0 ? null : epochs[slot];
    if (leaving && slot == 0) {
      return; // on its way when this client left
    }
    if (epoch == null || !answered.get(slot)) {
      fail("a publication of a channel before its subscribe was answered");
      return;
    }
    if (push.sent() < began) {
      population.tally().caughtUp(began, population.now());
    } else {
      population.tally().received(push.sent(), population.now());
    }
    if (push.addressed() != push.channel()) {
      fail("a publication of another channel");
      return;
    }
    take(slot, epoch, push.offset(), push.sequence());
  }

  private void take(int slot, String epoch, long offset, long sequence) {
    if (offset <= offsets[slot] && sequence >= watches[slot].next()) {
      population.tally().error("a new publication at or below the position");
    }
    watches[slot].received(epoch, offset, sequence);
    offsets[slot] = offset;
    if (begunAt[slot] >= 0) {
      population.claim(new Claim(name, channelOf(slot), begunAt[slot], sequence));
      begunAt[slot] = -1;
    }
  }

  /// What those rely on that have seen nothing since they began.
  ///
  /// @param published how many publications each channel has had
  void pendingClaims(List<Long> published, List<Claim> all) {
    for (int slot = 0; slot < begunAt.length; slot++) {
      if (begunAt[slot] >= 0 && answered.get(slot)) {
        int of = channelOf(slot);
        all.add(new Claim(name, of, begunAt[slot], published.get(of)));
      }
    }
  }

  private void handle(JsonNode message) {
    if (message.has("error")) {
      refused(message);
    } else if (message.has("push")) {
      pushed(message.get("push"));
    } else if (message.has("connect")) {
      state = State.CONNECTED;
      attempts = 0;
      settle();
    } else if (message.has("subscribe")) {
      subscribed(message.path("id").asInt() - FIRST_SUBSCRIBE_ID, message.get("subscribe"));
    } else if (message.isEmpty()) {
      write(JSON.createObjectNode());
    } else if (message.has("unsubscribe")) {
      leaving = false;
    } else {
      fail("a message of an unknown kind");
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
    String name = push.path("channel").asText();
    int slot = population.audience().slot(number, population.channelNumber(name));
    answered.clear(slot);
    settle();
    write(subscribe(slot));
  }

  private void subscribed(int slot, JsonNode result) {
    boolean recovering = epochs[slot] != null;
    if (recovering != result.path("was_recovering").asBoolean()) {
      fail("was_recovering is wrong");
      return;
    }
    boolean recovered = result.path("recovered").asBoolean();
    population.tally().verdict(!recovering ? "fresh" : recovered ? "recovered" : "lost");
    String epoch = population.shared(result.path("epoch").asText());
    if (recovering && recovered && !epoch.equals(epochs[slot])) {
      population.tally().error("recovered into another epoch");
    }
    epochs[slot] = epoch;
    offsets[slot] = result.path("offset").asLong();
    if (recovering && recovered) {
      watches[slot].toldRecovered();
    } else if (recovering || !population.audience().fromFirst() || churned) {
      watches[slot].allowJump();
      begunAt[slot] = offsets[slot];
    }
    for (JsonNode publication : result.path("publications")) {
      long offset = publication.path("offset").asLong();
      population.tally().caughtUp(began, population.now());
      JsonNode data = publication.path("data");
      if (data.path("c").asInt(-1) != channelOf(slot)) {
        fail("a publication of another channel");
        return;
      }
      take(slot, epoch, offset, data.path("n").asLong(-1));
    }
    answered.set(slot);
    settle();
  }

  /// Whether it is live may have changed.
  private void settle() {
    boolean now = state == State.CONNECTED && answered.cardinality() == watches.length;
    if (now != live) {
      live = now;
      population.settled(this);
    }
  }

  /// Leaves a channel and comes back to it as somebody who knows nothing of it.
  void churn() {
    if (!live) {
      return;
    }
    answered.clear(0);
    leaving = true;
    churned = true;
    epochs[0] = null;
    watches[0].allowJump();
    settle();
    ObjectNode leave = JSON.createObjectNode().put("id", UNSUBSCRIBE_ID);
    leave.putObject("unsubscribe").put("channel", channelName(0));
    write(leave, subscribe(0));
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
