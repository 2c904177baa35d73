package io.sluice.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundInvoker;
import io.sluice.gateway.protocol.DeflatedPiece;
import io.sluice.gateway.protocol.Disconnect;
import io.sluice.gateway.protocol.Ending;
import io.sluice.gateway.protocol.WireForm;
import java.util.List;

/// A WebSocket. All frames of a flush leave in one write; for bidirectional clients several
/// messages share a frame, in JSON one a line. Confined to the loop.
@SuppressWarnings(
    "FutureReturnValueIgnored") // a write that fails closes its channel, which is heard
final class WebSocketTransport extends OutboxTransport {
  WebSocketTransport(LoopContext loop, Channel channel, WireForm form, long outboxLimit) {
    super(loop, channel, form, outboxLimit);
  }

  @Override
  public String label() {
    return form().bidirectional() ? "websocket" : "uni_websocket";
  }

  @Override
  Object layout(int n) {
    return form();
  }

  @Override
  ChannelOutboundInvoker below() {
    return channel;
  }

  @Override
  public void write(ByteBuf out, List<byte[]> messages, int n) {
    int i = 0;
    while (i < n) {
      i = writeFrame(out, messages, i, n);
    }
  }

  /// Writes one frame.
  ///
  /// @return the index of the first message that is not in the frame
  private int writeFrame(ByteBuf out, List<byte[]> messages, int from, int end) {
    Layout layout = Layout.of(form().encoding());
    int separator = layout.separator().length;
    int length = DeflatedPiece.plainLength(messages.get(from));
    int to = from + 1;
    if (form().bidirectional()) {
      while (to < end
          && length + separator + DeflatedPiece.plainLength(messages.get(to)) <= MAX_WRITE) {
        length += separator + DeflatedPiece.plainLength(messages.get(to++));
      }
    }
    if (form().deflated() && DeflatedFrame.pays(messages, from, to)) {
      DeflatedFrame.write(out, layout, messages, from, to);
      return to;
    }
    Frames.writeHeader(out, layout.opcode(), length);
    for (int i = from; i < to; i++) {
      if (i > from) {
        out.writeBytes(layout.separator());
      }
      out.writeBytes(messages.get(i));
    }
    return to;
  }

  @Override
  public void ping() {
    if (form().bidirectional()) {
      if (append(Layout.of(form().encoding()).ping())) {
        flush();
      }
    } else {
      flush();
      channel.writeAndFlush(
          Unpooled.wrappedBuffer(Frames.control(Frames.PING, new byte[0])), channel.voidPromise());
    }
  }

  @Override
  public boolean duplex() {
    return true;
  }

  /// A WebSocket answers by itself, RFC 6455 §5.5.2, and an SDK as the protocol has it.
  @Override
  public boolean answersPings() {
    return true;
  }

  @Override
  public void end(Ending why) {
    if (backlogged() || why == Disconnect.SLOW) {
      outbox.clear(); // it has enough to read, and comes back to where it is
    } else {
      flushAll();
    }
    Frames.close(channel, why.code(), why.reason());
  }
}
