package io.sluice.gateway;

import static io.sluice.gateway.HostilePeer.narrow;
import static io.sluice.gateway.HostilePeer.since;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// Peers that cannot answer pings, of which the kernel knows whether they are there: who vanished,
/// or reads nothing at all, is ended; who reads little is not, however long that takes.
@Tag("full")
@EnabledOnOs(value = OS.LINUX, disabledReason = "no other kernel is asked")
final class QuietPeerTest {
  private static final String TOPIC = "quiet-peer.default";
  private static final Duration PING = Duration.ofSeconds(3);
  private static final Duration PONG = Duration.ofSeconds(2);
  private static final Duration WRITE = Duration.ofSeconds(2);
  private static final Duration LATEST = Duration.ofSeconds(20);
  private static Gateway node;

  @BeforeAll
  static void start() throws Exception {
    node =
        TestStack.node(
            "quiet-peer",
            Map.of(
                "edge.loops", "1",
                "edge.ping-interval", "3s",
                "edge.ping-interval-min", "3s",
                "edge.ping-interval-max", "3s",
                "edge.pong-timeout", "2s",
                "edge.write-timeout", "2s"));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static double closings(String reason) throws IOException {
    String name = "sluice_edge_closings_total{reason=\"" + reason + "\"}";
    EdgeProbe metrics = new EdgeProbe(node.apiPort());
    return metrics.get("/metrics").contains(name) ? metrics.metric(name) : 0;
  }

  private static String request(String channel) {
    return "GET /connection/uni_sse?channels=%s&token=%s HTTP/1.1\r\nHost: x\r\n\r\n"
        .formatted(channel, TestStack.token(channel));
  }

  /// Its kernel drops all that comes in, and so acknowledges nothing.
  private static void vanish(Channel peer) {
    ByteBuf dropAll = Unpooled.directBuffer(8).writeShortLE(0x06).writeZero(6); // BPF_RET, 0
    ByteBuffer program = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
    program.putShort(0, (short) 1).putLong(8, dropAll.memoryAddress());
    assertThat(
            peer.config()
                .setOption(new RawUnixChannelOption("SO_ATTACH_FILTER", 1, 26, 16), program))
        .isTrue();
    dropAll.release();
  }

  @Test
  void anEventStreamWhosePeerVanishedIsEndedWhenAPingIsNotAcknowledged() throws Exception {
    List<String> heard = new CopyOnWriteArrayList<>();
    try (MultiThreadIoEventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory())) {
      Channel peer =
          new Bootstrap()
              .group(loops)
              .channel(EpollSocketChannel.class)
              .handler(
                  new SimpleChannelInboundHandler<ByteBuf>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
                      heard.add(bytes.toString(StandardCharsets.UTF_8));
                    }
                  })
              .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), node.edgePort()))
              .sync()
              .channel();
      peer.writeAndFlush(Unpooled.copiedBuffer(request("vanished"), StandardCharsets.US_ASCII))
          .sync();
      await()
          .atMost(LATEST)
          .until(() -> String.join("", heard).contains("\n:\n\n")); // pinged, and there
      double before = closings("no-pong");
      vanish(peer);
      long began = System.nanoTime();
      await().atMost(LATEST).until(() -> closings("no-pong") == before + 1);
      assertThat(since(began)).isBetween(PONG, PING.plus(PONG).plusSeconds(2));
      peer.close().await(5, TimeUnit.SECONDS);
    }
  }

  /// Nothing waits in the node when the kernel has taken all there is; its window stays shut.
  @Test
  void anEventStreamThatIsNotReadIsEndedThoughTheKernelHoldsAllThereIs() throws Exception {
    double before = closings("no-pong");
    try (Socket peer = narrow(node.edgePort(), 2_048)) {
      peer.getOutputStream().write(request("unread").getBytes(StandardCharsets.US_ASCII));
      InputStream in = peer.getInputStream();
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\"connect\"") < 0) {
        head.append((char) in.read());
      }
      long began = System.nanoTime();
      for (int i = 0; i < 20; i++) {
        TestStack.produce(TOPIC, "unread", "\"" + "x".repeat(1_000) + "\"");
      }
      await().atMost(LATEST).until(() -> closings("no-pong") == before + 1);
      assertThat(since(began)).as("five pong time-outs").isGreaterThan(PONG.multipliedBy(5));
    }
  }

  /// Its window is never open for a whole segment of what waits.
  @Test
  void whoReadsLittleIsNotEnded() throws Exception {
    double before = new EdgeProbe(node.apiPort()).closings();
    try (Socket peer = narrow(node.edgePort(), 4_096)) {
      peer.getOutputStream().write(request("little").getBytes(StandardCharsets.US_ASCII));
      InputStream in = peer.getInputStream();
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\"connect\"") < 0) {
        head.append((char) in.read());
      }
      TestStack.produce(TOPIC, "little", "\"" + "x".repeat(100_000) + "\"", 50);
      long began = System.nanoTime();
      byte[] part = new byte[1_000];
      await()
          .pollInterval(Duration.ofMillis(100))
          .atMost(Duration.ofSeconds(25))
          .until(() -> {
            assertThat(in.readNBytes(part, 0, part.length)).isEqualTo(part.length);
            return since(began).compareTo(WRITE.plusSeconds(14)) > 0;
          });
      assertThat(new EdgeProbe(node.apiPort()).closings()).isEqualTo(before);
    }
  }
}
