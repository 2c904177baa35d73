package io.sluice.gateway.edge;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.uring.IoUringChannelOption;
import io.sluice.broker.ByteSize;
import io.sluice.gateway.config.SocketConfig;
import io.sluice.gateway.config.SocketConfig.Allocator;

/// What every accepted socket is given. The kernel would hold up to 4 MB for a peer that does not
/// read; with these it holds about `edge.unsent`, and what is on its way.
final class SocketOptions {
  /// One for the process, as Netty's own pooled one is: nodes of one JVM share its memory.
  private static final ByteBufAllocator ADAPTIVE =
      new AdaptiveByteBufAllocator(/* preferDirect= */ true);

  private SocketOptions() {}

  static void apply(ServerBootstrap bootstrap, KernelIo io, SocketConfig config) {
    ByteBufAllocator allocator = allocator(config.allocator());
    bootstrap
        .option(ChannelOption.ALLOCATOR, allocator)
        .childOption(ChannelOption.ALLOCATOR, allocator)
        .childOption(ChannelOption.TCP_NODELAY, true);
    if (isSet(config.sendBuffer())) {
      bootstrap.childOption(ChannelOption.SO_SNDBUF, config.sendBuffer().asInt());
    }
    if (isSet(config.unsent())) {
      long unsent = config.unsent().bytes();
      switch (io) {
        case EPOLL -> bootstrap.childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, unsent);
        case IO_URING -> bootstrap.childOption(IoUringChannelOption.TCP_NOTSENT_LOWAT, unsent);
        case NIO -> {
          // the JDK does not know it
        }
      }
    }
  }

  /// The one place where it is chosen.
  static ByteBufAllocator allocator(Allocator chosen) {
    return switch (chosen) {
      case POOLED -> PooledByteBufAllocator.DEFAULT;
      case ADAPTIVE -> ADAPTIVE;
    };
  }

  /// What it has taken outside of the heap.
  static long usedBytes(Allocator chosen) {
    return allocator(chosen) instanceof ByteBufAllocatorMetricProvider provider
        ? provider.metric().usedDirectMemory()
        : 0;
  }

  private static boolean isSet(ByteSize size) {
    return size.bytes() > 0;
  }
}
