package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.sluice.gateway.config.SocketConfig.Io;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a socket is told when it comes under watch.
final class WriteWatchTest {
  /// So that a peer of which no more is heard is found although nothing waits in the node.
  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "IO_URING"})
  @EnabledOnOs(value = OS.LINUX, disabledReason = "other systems have neither")
  void theKernelGivesUpOnAPeerTenSecondsLaterThanTheNodeWould(Io io) throws Exception {
    assumeThat(io == Io.EPOLL || IoUring.isAvailable()).as("io_uring may be forbidden").isTrue();
    ChannelOption<Integer> option =
        io == Io.EPOLL
            ? EpollChannelOption.TCP_USER_TIMEOUT
            : IoUringChannelOption.TCP_USER_TIMEOUT;
    CompletableFuture<Integer> timeout = new CompletableFuture<>();
    try (EdgeLoops loops = new EdgeLoops(1, io)) {
      Channel listener =
          new ServerBootstrap()
              .group(loops.group())
              .channel(loops.serverChannel())
              .childHandler(
                  new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                      channel.pipeline().addLast(new WriteWatch(Duration.ofSeconds(3)));
                      timeout.complete(channel.config().getOption(option));
                    }
                  })
              .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .sync()
              .channel();
      int port = ((InetSocketAddress) listener.localAddress()).getPort();
      try (Socket peer = new Socket(InetAddress.getLoopbackAddress(), port)) {
        assertThat(peer.isConnected()).isTrue();
        assertThat(timeout.get(10, TimeUnit.SECONDS)).isEqualTo(13_000);
      }
    }
  }
}
