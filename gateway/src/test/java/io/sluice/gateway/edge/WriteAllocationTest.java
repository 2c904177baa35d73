package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.util.ResourceLeakDetector;
import io.sluice.gateway.hub.Hub;
import io.sluice.gateway.protocol.PositionTokens;
import io.sluice.gateway.protocol.WireForm;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a connection's write allocates on its loop, over a real socket. Without the detector of
/// leaks, which remembers who has held each buffer.
final class WriteAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int MESSAGE = 200;
  private static final int WRITES = 100;
  private static final int ROUNDS = 60;

  private static Channel listen(EdgeLoops loops, CompletableFuture<Connection> opened)
      throws InterruptedException {
    Hub hub = new Hub(loops.threads(), new PositionTokens("key"));
    EdgeContext context = TestEdge.context();
    LoopContext loop = TestEdge.loop(hub.shards().getFirst());
    return new ServerBootstrap()
        .group(loops.group())
        .channel(loops.serverChannel())
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(loop.writes());
                var _ = Peer.accept(channel, context.admission());
                opened.complete(
                    new Connection(
                        context,
                        loop,
                        channel,
                        new WebSocketTransport(loop, channel, WireForm.JSON, 64 * 1024)));
              }
            })
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .sync()
        .channel();
  }

  private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();

  @BeforeEach
  void followNoBuffer() {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
  }

  @AfterEach
  void followThemAgain() {
    ResourceLeakDetector.setLevel(level);
  }

  /// Lists are used again, and the kernel is given the bytes where they were put together.
  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void aWriteAllocatesNothing(int messages) throws Exception {
    CompletableFuture<Connection> opened = new CompletableFuture<>();
    try (EdgeLoops loops = new EdgeLoops(1)) {
      Channel listener = listen(loops, opened);
      int port = ((InetSocketAddress) listener.localAddress()).getPort();
      try (Socket peer = new Socket(InetAddress.getLoopbackAddress(), port)) {
        Connection connection = opened.get(10, TimeUnit.SECONDS);
        int frame = 4 + messages * (MESSAGE + 1) - 1; // with a line's end between them
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
          long allocated =
              CompletableFuture.supplyAsync(
                      () -> allocated(connection, messages), loops.loops().getFirst())
                  .get(10, TimeUnit.SECONDS);
          read(peer.getInputStream(), WRITES * frame);
          least = Math.min(least, allocated);
        }
        assertThat(least).isZero();
      }
    }
  }

  /// By so many writes.
  private static long allocated(Connection connection, int messages) {
    byte[] message = new byte[MESSAGE];
    Arrays.fill(message, (byte) 'x');
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < WRITES; i++) {
      for (int m = 0; m < messages; m++) {
        var _ = connection.deliveries().offer(message);
      }
      connection.flush();
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  private static void read(InputStream from, int bytes) throws IOException {
    assertThat(from.readNBytes(bytes)).hasSize(bytes);
  }
}
