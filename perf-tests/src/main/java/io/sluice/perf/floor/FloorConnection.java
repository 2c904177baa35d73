package io.sluice.perf.floor;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.concurrent.Future;
import io.sluice.gateway.protocol.BadFrameException;
import io.sluice.gateway.protocol.Command;
import io.sluice.gateway.protocol.ConnectResult;
import io.sluice.gateway.protocol.Disconnect;
import io.sluice.gateway.protocol.Done;
import io.sluice.gateway.protocol.Encoding;
import io.sluice.gateway.protocol.ErrorCode;
import io.sluice.gateway.protocol.JsonCommands;
import io.sluice.gateway.protocol.SubscribeResult;
import io.sluice.gateway.protocol.SubscribeResult.Recovery;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One client: connect, subscribe and publish; what else the protocol has is not available.
/// Confined to its loop.
@SuppressWarnings(
    "FutureReturnValueIgnored") // a write that fails closes its channel, which is heard
final class FloorConnection extends SimpleChannelInboundHandler<WebSocketFrame> {
  private static final String EPOCH = "floor";

  /// How long a peer that was sent a close frame may take to read it, and what waits before it.
  private static final int LINGER_SECONDS = 15;

  private final FloorLoop loop;
  private final FloorChannels channels;
  private final Map<String, FloorChannel> subscribed = new HashMap<>();
  private @Nullable ChannelHandlerContext context;
  private boolean connected;
  private boolean over;

  FloorConnection(FloorLoop loop, FloorChannels channels) {
    this.loop = loop;
    this.channels = channels;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  private ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("in no pipeline");
    }
    return context;
  }

  // what comes

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
    if (over) {
      return;
    }
    switch (frame) {
      case TextWebSocketFrame text -> receive(ByteBufUtil.getBytes(text.content()));
      case PingWebSocketFrame ping ->
          ctx.write(FloorFrames.pong(ByteBufUtil.getBytes(ping.content())));
      case PongWebSocketFrame _ -> {
        // allowed unasked, RFC 6455 §5.5.3
      }
      case CloseWebSocketFrame _ -> {
        over = true;
        ctx.close();
      }
      default -> end(Disconnect.BAD_REQUEST);
    }
  }

  private void receive(byte[] message) {
    List<Command> commands;
    try {
      commands = JsonCommands.decode(message);
    } catch (BadFrameException _) {
      end(Disconnect.BAD_REQUEST);
      return;
    }
    for (Command command : commands) {
      if (connected == (command instanceof Command.Connect)) {
        end(Disconnect.BAD_REQUEST); // a second connect, or anything before the first
        return;
      }
      run(command);
    }
  }

  private void run(Command command) {
    switch (command) {
      case Command.Connect connect -> connect(connect);
      case Command.Subscribe subscribe -> subscribe(subscribe);
      case Command.Publish publish -> publish(publish);
      case Command.Ping ping -> reply(Encoding.JSON.replies().done(ping.id(), Done.PING));
      case Command.Pong _, Command.Send _ -> {
        // no reply is due
      }
      case Command.Unsubscribe _,
          Command.Refresh _,
          Command.SubRefresh _,
          Command.Rpc _,
          Command.History _,
          Command.Presence _,
          Command.PresenceStats _ ->
          reply(Encoding.JSON.replies().error(command.id(), ErrorCode.NOT_AVAILABLE));
    }
  }

  private void connect(Command.Connect connect) {
    connected = true;
    loop.add(this);
    ConnectResult result =
        new ConnectResult(
            UUID.randomUUID().toString(),
            EPOCH,
            FloorLoop.PING,
            false,
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            EPOCH);
    reply(Encoding.JSON.replies().connected(connect.id(), result));
  }

  private void subscribe(Command.Subscribe subscribe) {
    Optional<FloorChannel> channel = channels.named(subscribe.channel());
    if (channel.isEmpty()) {
      reply(Encoding.JSON.replies().error(subscribe.id(), ErrorCode.LIMIT_EXCEEDED));
    } else if (subscribed.putIfAbsent(subscribe.channel(), channel.get()) != null) {
      reply(Encoding.JSON.replies().error(subscribe.id(), ErrorCode.ALREADY_SUBSCRIBED));
    } else {
      channel.get().subscribe(this, loop, offset -> subscribed(subscribe, offset));
    }
  }

  private void subscribed(Command.Subscribe subscribe, long offset) {
    // there is no history, so nothing is ever recovered
    Recovery recovery = subscribe.since().isPresent() ? Recovery.FAILED : Recovery.NONE;
    SubscribeResult result = new SubscribeResult(true, true, EPOCH, offset, recovery, List.of());
    if (!over) {
      reply(Encoding.JSON.replies().subscribed(subscribe.id(), result));
      context().flush();
    }
  }

  private void publish(Command.Publish publish) {
    Optional<FloorChannel> channel = channels.named(publish.channel());
    if (channel.isEmpty()) {
      reply(Encoding.JSON.replies().error(publish.id(), ErrorCode.LIMIT_EXCEEDED));
      return;
    }
    channel.get().publish(publish.data(), loop);
    reply(Encoding.JSON.replies().done(publish.id(), Done.PUBLISH));
  }

  // what goes

  /// Flushed when all that had arrived is dealt with.
  private void reply(byte[] message) {
    context().write(FloorFrames.text(message), context().voidPromise());
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.flush();
  }

  /// Writes a frame that is shared with others.
  ///
  /// @param frame stays the caller's
  void write(ByteBuf frame) {
    ChannelHandlerContext ctx = context();
    if (over) {
      return;
    }
    if (ctx.channel().isWritable()) {
      ctx.writeAndFlush(frame.retainedDuplicate(), ctx.voidPromise());
    } else {
      end(Disconnect.SLOW);
    }
  }

  private void end(Disconnect why) {
    over = true;
    ChannelHandlerContext ctx = context();
    ctx.writeAndFlush(FloorFrames.close(why.code(), why.reason()))
        .addListener(ChannelFutureListener.CLOSE);
    Runnable cut = ctx::close;
    Future<?> linger = loop.thread().schedule(cut, LINGER_SECONDS, TimeUnit.SECONDS);
    ctx.channel().closeFuture().addListener((ChannelFutureListener) _ -> linger.cancel(false));
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    over = true;
    loop.remove(this);
    subscribed.values().forEach(channel -> channel.unsubscribe(this, loop));
    subscribed.clear();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
