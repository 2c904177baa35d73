package io.sluice.gateway.edge;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.channel.uring.IoUringTcpInfo;
import org.jspecify.annotations.Nullable;

/// What the kernel knows of a socket's peer (`TCP_INFO`).
///
/// The kernel's own limit, TCP_USER_TIMEOUT, is not used: it also counts, without a break, from the
/// first probe of a window that was shut, and so cuts a peer that reads all the time, but never
/// opens its window for a whole segment.
///
/// @param lastSentMs for how long the kernel has sent no data; probes of a shut window are none
/// @param lastAckMs for how long it has heard nothing
/// @param retransmits how often it has sent the same data again, without an answer since
/// @param backoff how often it has tried: to send data again, or whether a shut window is open now;
///   0 when all that there was has been sent and acknowledged
record TcpState(long lastSentMs, long lastAckMs, int retransmits, int backoff) {
  /// Data sent again twice without an answer is no accident.
  private static final int UNHEARD = 2;

  /// By the socket's loop; costs a system call.
  ///
  /// @return `null` where the transport does not tell (NIO), or the socket is closed
  static @Nullable TcpState of(Channel channel) {
    if (!channel.isActive()) {
      return null;
    }
    if (channel instanceof EpollSocketChannel epoll) {
      EpollTcpInfo info = epoll.tcpInfo();
      return new TcpState(
          info.lastDataSent(), info.lastAckRecv(), info.retransmits(), info.backoff());
    }
    if (channel instanceof IoUringSocketChannel ring) {
      IoUringTcpInfo info = ring.tcpInfo();
      return new TcpState(
          info.lastDataSent(), info.lastAckRecv(), info.retransmits(), info.backoff());
    }
    return null;
  }

  /// Whether it has taken data within that time.
  boolean tookWithin(long ms) {
    return lastSentMs < ms && retransmits == 0;
  }

  /// Whether it has not acknowledged anything for that long, though data is sent again and again.
  boolean vanished(long ms) {
    return retransmits >= UNHEARD && lastAckMs >= ms;
  }

  /// Whether data waits because its window has been shut for that long.
  boolean shut(long ms) {
    return backoff > 0 && retransmits == 0 && lastSentMs >= ms;
  }
}
