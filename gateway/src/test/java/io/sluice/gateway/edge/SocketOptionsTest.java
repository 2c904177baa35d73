package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.sluice.broker.ByteSize;
import io.sluice.gateway.config.SocketConfig;
import io.sluice.gateway.config.SocketConfig.Allocator;
import io.sluice.gateway.config.SocketConfig.Io;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What the kernel takes for a peer that never reads.
@EnabledOnOs(value = OS.LINUX, disabledReason = "other kernels have other buffers")
@Execution(ExecutionMode.CONCURRENT)
final class SocketOptionsTest {
  private static final ByteSize NONE = new ByteSize(0);

  /// More than the kernel takes of its own accord, 4 MB.
  private static final int FLOOD = 16 << 20;

  /// The peer's own buffer: the kernel gives at least 2 KiB and, on loopback, one whole segment.
  private static final long AT_THE_PEER = 64 << 10;

  /// The kernel looks at its bounds before it takes a segment, on loopback of 64 KiB.
  private static final long SEGMENT = 64 << 10;

  @ParameterizedTest
  @CsvSource({
    "EPOLL, 128KiB, 64KiB",
    "EPOLL, 0, 64KiB",
    "IO_URING, 128KiB, 64KiB",
    "IO_URING, 0, 64KiB",
  })
  void whatWasNotSentIsBounded(Io io, String sendBuffer, String unsent) throws Exception {
    ByteSize bound = ByteSize.parse(unsent);
    assertThat(taken(io, ByteSize.parse(sendBuffer), bound))
        .isLessThanOrEqualTo(bound.bytes() + SEGMENT + AT_THE_PEER);
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO", "IO_URING"})
  void allThatIsHeldIsBounded(Io io) throws Exception {
    ByteSize bound = ByteSize.kib(128);
    assertThat(taken(io, bound, NONE))
        .isLessThanOrEqualTo(2 * bound.bytes() + SEGMENT + AT_THE_PEER);
  }

  /// Else the other tests say nothing.
  @Test
  void withoutBoundsTheKernelTakesMegabytes() throws Exception {
    assertThat(taken(Io.EPOLL, NONE, NONE)).isGreaterThan(1 << 20);
  }

  @Test
  void buffersComeFromTheAllocatorThatWasChosen() {
    assertThat(SocketOptions.allocator(Allocator.POOLED))
        .isInstanceOf(PooledByteBufAllocator.class);
    assertThat(SocketOptions.allocator(Allocator.ADAPTIVE))
        .isInstanceOf(AdaptiveByteBufAllocator.class);
  }

  /// Bytes that a socket has taken when it takes no more.
  private static long taken(Io io, ByteSize sendBuffer, ByteSize unsent) throws Exception {
    SocketConfig config = new SocketConfig(io, Allocator.POOLED, sendBuffer, unsent);
    if (io == Io.IO_URING) {
      assumeThat(KernelIo.IO_URING.missing()).as("io_uring, which may be forbidden").isEmpty();
    }
    try (EdgeLoops loops = new EdgeLoops(1, io)) {
      CompletableFuture<Channel> accepted = new CompletableFuture<>();
      Channel listener = listen(loops, config, accepted);
      try (Socket peer = new Socket()) {
        peer.setReceiveBufferSize(2_048);
        peer.connect(listener.localAddress());
        Channel channel = accepted.get(10, TimeUnit.SECONDS);
        assertThat(channel.alloc()).isSameAs(SocketOptions.allocator(Allocator.POOLED));
        var _ = channel.writeAndFlush(channel.alloc().directBuffer(FLOOD).writeZero(FLOOD));
        long taken = whenItTakesNoMore(channel);
        channel.close().sync(); // or the rest of the flood may outlive its loop
        return taken;
      }
    }
  }

  private static Channel listen(
      EdgeLoops loops, SocketConfig config, CompletableFuture<Channel> accepted) throws Exception {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops.group())
            .channel(loops.serverChannel())
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accepted.complete(channel);
                  }
                });
    SocketOptions.apply(bootstrap, loops.io(), config);
    return bootstrap
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .sync()
        .channel();
  }

  /// Still for half a second: the kernel tells of room at once.
  private static long whenItTakesNoMore(Channel channel) {
    AtomicLong before = new AtomicLong(-1);
    await()
        .pollInterval(Duration.ofMillis(20))
        .atMost(Duration.ofSeconds(10))
        .during(Duration.ofMillis(500))
        .until(() -> {
          long now = progress(channel);
          return before.getAndSet(now) == now && now > 0;
        });
    return before.get();
  }

  private static long progress(Channel channel) throws Exception {
    return channel
        .eventLoop()
        .submit(() -> channel.unsafe().outboundBuffer().currentProgress())
        .get(10, TimeUnit.SECONDS);
  }
}
