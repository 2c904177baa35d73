package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// What a socket is told when it comes under watch.
final class WriteWatchTest {
  /// So that a peer of which no more is heard is found although nothing waits in the node.
  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "other systems have no epoll")
  void theKernelGivesUpOnAPeerTenSecondsLaterThanTheNodeWould() throws Exception {
    assertThat(Epoll.isAvailable()).isTrue();
    CompletableFuture<Integer> timeout = new CompletableFuture<>();
    try (EdgeLoops loops = new EdgeLoops(1)) {
      Channel listener =
          new ServerBootstrap()
              .group(loops.group())
              .channel(loops.serverChannel())
              .childHandler(
                  new ChannelInitializer<EpollSocketChannel>() {
                    @Override
                    protected void initChannel(EpollSocketChannel channel) {
                      channel.pipeline().addLast(new WriteWatch(Duration.ofSeconds(3)));
                      timeout.complete(channel.config().getTcpUserTimeout());
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
