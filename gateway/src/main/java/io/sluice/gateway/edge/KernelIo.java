package io.sluice.gateway.edge;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.sluice.gateway.config.SocketConfig.Io;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/// How event loops wait for sockets, and what sockets are then.
enum KernelIo {
  EPOLL,
  IO_URING,
  /// What every JDK has; it costs more.
  NIO;

  /// The one that was asked for.
  ///
  /// @throws IOException in one line, naming key, value and reason, when this machine has it not
  static KernelIo of(Io asked) throws IOException {
    return switch (asked) {
      case AUTO -> automatic();
      case EPOLL -> available(EPOLL);
      case IO_URING -> available(IO_URING);
      case NIO -> NIO;
    };
  }

  /// Epoll, or NIO where there is none.
  static KernelIo automatic() {
    return EPOLL.missing().isEmpty() ? EPOLL : NIO;
  }

  private static KernelIo available(KernelIo wanted) throws IOException {
    Optional<String> missing = wanted.missing();
    if (missing.isPresent()) {
      throw new IOException(
          "edge.io: '%s' is not to be had here (%s); auto takes what there is"
              .formatted(wanted.label(), missing.get()));
    }
    return wanted;
  }

  /// Why this machine has it not, in one line.
  Optional<String> missing() {
    return switch (this) {
      case EPOLL ->
          Epoll.isAvailable() ? Optional.empty() : Optional.of(reason(Epoll.unavailabilityCause()));
      case IO_URING ->
          IoUring.isAvailable()
              ? Optional.empty()
              : Optional.of(reason(IoUring.unavailabilityCause()));
      case NIO -> Optional.empty();
    };
  }

  /// What it says and what was behind it: "failed to load" alone tells nobody anything.
  static String reason(Throwable cause) {
    StringBuilder all = new StringBuilder(text(cause));
    for (Throwable next = cause.getCause(); next != null; next = next.getCause()) {
      if (all.indexOf(text(next)) < 0) {
        all.append(": ").append(text(next));
      }
    }
    return all.toString().lines().map(String::strip).reduce((a, b) -> a + " " + b).orElse("");
  }

  private static String text(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  /// As it is called in the configuration.
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  IoHandlerFactory handlers() {
    return switch (this) {
      case EPOLL -> EpollIoHandler.newFactory();
      case IO_URING -> IoUringIoHandler.newFactory();
      case NIO -> NioIoHandler.newFactory();
    };
  }

  Class<? extends ServerChannel> serverChannel() {
    return switch (this) {
      case EPOLL -> EpollServerSocketChannel.class;
      case IO_URING -> IoUringServerSocketChannel.class;
      case NIO -> NioServerSocketChannel.class;
    };
  }
}
