package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.sluice.gateway.config.SocketConfig.Io;
import java.io.IOException;
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

  /// Containers commonly forbid it, and then whoever asked for it must hear so.
  @Test
  void ioUringIsTakenOrRefusedWithTheReason() throws Exception {
    if (IoUring.isAvailable()) {
      try (EdgeLoops loops = new EdgeLoops(1, Io.IO_URING)) {
        assertThat(loops.serverChannel()).isEqualTo(IoUringServerSocketChannel.class);
      }
    } else {
      assertThatThrownBy(() -> new EdgeLoops(1, Io.IO_URING))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("edge.io: 'io_uring' is not to be had here (")
          .hasMessageNotContainingAny("\n", "null");
    }
  }

  @Test
  void nioCanBeAskedForWhereThereIsEpoll() throws Exception {
    try (EdgeLoops loops = new EdgeLoops(1, Io.NIO)) {
      assertThat(loops.serverChannel()).isEqualTo(NioServerSocketChannel.class);
    }
  }

  @Test
  void theReasonTellsWhatWasBehindItInOneLine() {
    Throwable cause =
        new UnsatisfiedLinkError("failed to load\n  the library")
            .initCause(new IOException("io_uring_setup: Operation not permitted"));
    assertThat(KernelIo.reason(cause))
        .isEqualTo("failed to load the library: io_uring_setup: Operation not permitted");
  }

  @Test
  void thereAreAsManyAsWereAskedFor() {
    try (EdgeLoops loops = new EdgeLoops(3)) {
      assertThat(loops.threads()).hasSize(3);
    }
  }
}
