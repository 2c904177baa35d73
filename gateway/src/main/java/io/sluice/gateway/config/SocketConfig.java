package io.sluice.gateway.config;

import io.sluice.broker.ByteSize;
import java.util.Map;
import java.util.TreeMap;

/// The part of `edge.*` that says how loops and sockets use the kernel and memory.
///
/// @param io how loops wait for sockets
/// @param allocator where Netty's buffers come from
/// @param sendBuffer what the kernel may hold for one peer (`SO_SNDBUF`, of which it takes twice as
///   much, for its own overhead too); 0 = what the kernel likes, up to 4 MB
/// @param unsent what of it may not have been sent yet (`TCP_NOTSENT_LOWAT`), beyond which a socket
///   takes no more; 0 = no bound of its own. NIO has none
public record SocketConfig(Io io, Allocator allocator, ByteSize sendBuffer, ByteSize unsent) {
  /// How loops wait for sockets.
  public enum Io {
    /// Epoll where there is one, else NIO.
    AUTO,
    EPOLL,
    NIO,
    IO_URING
  }

  /// Netty's ways to come by buffers.
  public enum Allocator {
    /// Arenas of 4 MiB chunks, with caches for each loop.
    POOLED,
    /// Chunks that grow and shrink with what is asked for.
    ADAPTIVE
  }

  private static final ByteSize NONE = new ByteSize(0);
  private static final ByteSize LEAST = ByteSize.kib(4);

  public SocketConfig {
    new Checks()
        .that(
            isSize(sendBuffer),
            "edge.send-buffer: %s is neither 0 nor between 4KiB and 64MiB".formatted(sendBuffer))
        .that(
            isSize(unsent),
            "edge.unsent: %s is neither 0 nor between 4KiB and 64MiB".formatted(unsent))
        .done();
  }

  private static boolean isSize(ByteSize size) {
    return size.equals(NONE)
        || (LEAST.compareTo(size) <= 0 && size.compareTo(ByteSize.mib(64)) <= 0);
  }

  static SocketConfig read(Settings in) {
    return new SocketConfig(
        in.choice("edge.io", Io.AUTO),
        in.choice("edge.allocator", Allocator.POOLED),
        in.size("edge.send-buffer", ByteSize.kib(128)),
        in.size("edge.unsent", ByteSize.kib(64)));
  }

  /// In the place of those that are wrong, so that the rest is checked too.
  static SocketConfig byDefault() {
    return read(new Settings(new TreeMap<>(), Map.of()));
  }

  void write(Listing out) {
    out.add("edge.io", io)
        .add("edge.allocator", allocator)
        .add("edge.send-buffer", sendBuffer)
        .add("edge.unsent", unsent);
  }
}
