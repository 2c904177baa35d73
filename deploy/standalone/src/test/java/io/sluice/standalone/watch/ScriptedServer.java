package io.sluice.standalone.watch;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/// A WebSocket server that answers each text with what its script says: to learn what the client
/// does when a server misbehaves in ways that a gateway does not.
final class ScriptedServer implements AutoCloseable {
  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final List<String> received = new CopyOnWriteArrayList<>();
  private final Channel listener;

  /// @param script from a received text to the frames to answer; called on one thread
  ScriptedServer(Function<String, List<WebSocketFrame>> script) throws InterruptedException {
    listener =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .childHandler(new Pipeline(script))
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
  }

  static WebSocketFrame text(String text) {
    return new TextWebSocketFrame(text);
  }

  static WebSocketFrame close(int code, String reason) {
    return new CloseWebSocketFrame(code, reason);
  }

  URI uri() {
    return URI.create(
        "ws://127.0.0.1:" + ((InetSocketAddress) listener.localAddress()).getPort() + "/ws");
  }

  List<String> received() {
    return List.copyOf(received);
  }

  @Override
  public void close() {
    var _ = loop.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS);
  }

  private final class Pipeline extends ChannelInitializer<Channel> {
    private final Function<String, List<WebSocketFrame>> script;

    private Pipeline(Function<String, List<WebSocketFrame>> script) {
      this.script = script;
    }

    @Override
    protected void initChannel(Channel channel) {
      channel
          .pipeline()
          .addLast(new HttpServerCodec())
          .addLast(new HttpObjectAggregator(1 << 16))
          .addLast(new WebSocketServerProtocolHandler("/ws"))
          .addLast(
              new SimpleChannelInboundHandler<TextWebSocketFrame>() {
                @Override
                protected void channelRead0(
                    ChannelHandlerContext context, TextWebSocketFrame frame) {
                  received.add(frame.text());
                  for (WebSocketFrame answer : script.apply(frame.text())) {
                    var _ = context.writeAndFlush(answer);
                  }
                }
              });
    }
  }
}
