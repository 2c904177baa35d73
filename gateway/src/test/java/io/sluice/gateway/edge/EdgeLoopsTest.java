package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.Locale;
import org.junit.jupiter.api.Test;

final class EdgeLoopsTest {
  /// The jar without a classifier holds no native part, and a node would fall back without a word.
  @Test
  void linuxHasEpollWithItsNativePart() {
    boolean linux = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux");
    try (EdgeLoops loops = new EdgeLoops(1)) {
      assertThat(loops.serverChannel())
          .isEqualTo(linux ? EpollServerSocketChannel.class : NioServerSocketChannel.class);
    }
  }

  @Test
  void thereAreAsManyAsWereAskedFor() {
    try (EdgeLoops loops = new EdgeLoops(3)) {
      assertThat(loops.threads()).hasSize(3);
    }
  }
}
