package io.sluice.perf.stress;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// A node without Kafka that may break one promise, so that a run can be seen to notice: edge and
/// API on one port, where what is published goes to those who listen, at once. All of it happens on
/// one thread.
final class FaultyNode implements AutoCloseable {
  /// Which promise it breaks.
  enum Fault {
    NONE,
    /// The twentieth publication of each room reaches nobody.
    LOSES,
    /// Subscriptions have no positions.
    NO_POSITIONS,
    /// The API has no history.
    NO_HISTORY,
    /// A history lacks what was published last.
    OLD_HISTORY,
    /// Its metrics are none.
    BAD_METRICS
  }

  private static final int LOST = 20;
  private static final int LARGEST = 1 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Fault fault;
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel listener;
  private final Map<String, List<String>> logs = new HashMap<>();
  private final Map<String, Set<Channel>> subscribers = new HashMap<>();

  FaultyNode(Fault fault) {
    this.fault = fault;
    this.listener =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(new HttpServerCodec())
                        .addLast(new HttpObjectAggregator(LARGEST))
                        .addLast(new WebSocketServerProtocolHandler("/connection/websocket"))
                        .addLast(new Conversation());
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
  }

  private int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /// Where clients connect.
  URI edge() {
    return URI.create("ws://127.0.0.1:" + port() + "/connection/websocket");
  }

  URI api() {
    return URI.create("http://127.0.0.1:" + port());
  }

  private List<String> log(String channel) {
    return logs.computeIfAbsent(channel, _ -> new ArrayList<>());
  }

  private Set<Channel> subscribers(String channel) {
    return subscribers.computeIfAbsent(channel, _ -> new HashSet<>());
  }

  private String publish(JsonNode request) {
    String channel = request.path("channel").asText();
    List<String> log = log(channel);
    log.add(request.path("data").toString());
    String push =
        "{\"push\":{\"channel\":\"%s\",\"pub\":%s}}"
            .formatted(channel, publication(log, log.size()));
    if (fault != Fault.LOSES || log.size() != LOST) {
      subscribers(channel).forEach(it -> say(it, push));
    }
    return "{\"result\":{\"offset\":%d,\"epoch\":\"e\"}}".formatted(log.size());
  }

  private static String publication(List<String> log, int offset) {
    return "{\"offset\":%d,\"data\":%s}".formatted(offset, log.get(offset - 1));
  }

  private String answer(String path, JsonNode request) {
    List<String> log = log(request.path("channel").asText());
    return switch (path) {
      case "/api/publish" -> publish(request);
      case "/api/history" -> {
        if (fault == Fault.NO_HISTORY) {
          yield "{\"error\":{\"code\":108,\"message\":\"not available\"}}";
        }
        int newest = log.size() - (fault == Fault.OLD_HISTORY ? 1 : 0);
        yield "{\"result\":{\"publications\":[%s],\"offset\":%d,\"epoch\":\"e\"}}"
            .formatted(newest < 1 ? "" : publication(log, newest), log.size());
      }
      case "/api/presence_stats" ->
          "{\"result\":{\"num_clients\":%d}}"
              .formatted(subscribers(request.path("channel").asText()).size());
      case "/api/info" -> "{\"result\":{\"nodes\":[{\"version\":\"9.9\"}]}}";
      case "/metrics" ->
          """
          sluice_edge_connections 1.0
          process_cpu_time_ns_total 1.0
          jvm_memory_committed_bytes{area="heap",id="x"} %s
          """
              .formatted(fault == Fault.BAD_METRICS ? "much" : "1048576.0");
      default -> "{\"error\":{\"code\":104,\"message\":\"no such method\"}}";
    };
  }

  private String subscribed(Channel channel, int id, JsonNode request) {
    String room = request.path("channel").asText();
    List<String> log = log(room);
    subscribers(room).add(channel);
    if (fault == Fault.NO_POSITIONS) {
      return "{\"id\":%d,\"subscribe\":{}}".formatted(id);
    }
    List<String> missed = new ArrayList<>();
    if (request.path("recover").asBoolean()) {
      for (int offset = request.path("offset").asInt() + 1; offset <= log.size(); offset++) {
        missed.add(publication(log, offset));
      }
    }
    return """
    {"id":%d,"subscribe":{"recoverable":true,"positioned":true,"epoch":"e","offset":%d,"recovered":%s,"publications":[%s]}}\
    """
        .formatted(
            id,
            log.size() - missed.size(),
            request.path("recover").asBoolean(),
            String.join(",", missed));
  }

  private static void say(Channel to, String text) {
    var _ = to.writeAndFlush(new TextWebSocketFrame(text));
  }

  /// One connection, of a client or of somebody who asks the API.
  private final class Conversation extends SimpleChannelInboundHandler<Object> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, Object message) throws IOException {
      if (message instanceof TextWebSocketFrame frame) {
        for (String line : frame.text().split("\n", -1)) {
          JsonNode command = JSON.readTree(line);
          int id = command.path("id").asInt();
          if (command.has("connect")) {
            say(ctx.channel(), "{\"id\":" + id + ",\"connect\":{\"client\":\"x\",\"ping\":25}}");
          } else if (command.has("subscribe")) {
            say(ctx.channel(), subscribed(ctx.channel(), id, command.get("subscribe")));
          }
        }
      } else if (message instanceof FullHttpRequest request) {
        String body = request.content().toString(StandardCharsets.UTF_8);
        byte[] text =
            answer(request.uri(), JSON.readTree(body.isEmpty() ? "{}" : body))
                .getBytes(StandardCharsets.UTF_8);
        DefaultFullHttpResponse response =
            new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(text));
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, text.length);
        var _ = ctx.writeAndFlush(response);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      subscribers.values().forEach(it -> it.remove(ctx.channel()));
    }
  }

  @Override
  public void close() {
    var _ = listener.close();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
