package io.sluice.gateway.edge;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is to be written to one socket at the end of the turn, and the bound on that together with
/// what the socket has not taken yet. It refers to shared messages and copies nothing before the
/// flush. Empty, it holds no memory of its own. Confined to the loop.
final class Outbox {
  private final Channel channel;
  private final long limit;
  private byte @Nullable [] first;
  private @Nullable List<byte[]> rest;
  private long bytes;

  /// @param limit bytes
  Outbox(Channel channel, long limit) {
    this.channel = channel;
    this.limit = limit;
  }

  /// Puts a message at the end.
  ///
  /// @return whether there was room; an empty outbox takes one message whatever its size
  boolean add(byte[] message) {
    long waiting = bytes + unwritten();
    if (waiting > 0 && waiting + message.length > limit) {
      return false;
    }
    if (first == null) {
      first = message;
    } else {
      if (rest == null) {
        rest = new ArrayList<>();
      }
      rest.add(message);
    }
    bytes += message.length;
    return true;
  }

  /// Bytes that the socket has not taken.
  private long unwritten() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  boolean isEmpty() {
    return first == null;
  }

  /// Takes the messages out, in order.
  List<byte[]> take() {
    if (first == null) {
      return List.of();
    }
    List<byte[]> all;
    if (rest == null) {
      all = List.of(first);
    } else {
      all = rest;
      all.addFirst(first);
    }
    clear();
    return all;
  }

  /// Forgets the messages.
  void clear() {
    first = null;
    rest = null;
    bytes = 0;
  }
}
