package io.sluice.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/// Server-side WebSocket frames (RFC 6455 §5.2): never masked, never fragmented.
@SuppressWarnings(
    "FutureReturnValueIgnored") // a write that fails closes its channel, which is heard
final class Frames {
  static final int TEXT = 0x1;
  static final int BINARY = 0x2;
  static final int PING = 0x9;
  static final int PONG = 0xA;

  /// Together with the opcode: the message is compressed, RFC 7692 §6.
  static final int RSV1 = 0x40;

  /// The longest header without a mask.
  static final int MAX_HEADER = 10;

  /// How long a peer that was sent a close frame may take to close its side.
  private static final int LINGER_SECONDS = 5;

  private static final int CLOSE = 0x8;
  private static final int FIN = 0x80;

  private Frames() {}

  static void writeHeader(ByteBuf out, int opcode, int length) {
    out.writeByte(FIN | opcode);
    if (length < 126) {
      out.writeByte(length);
    } else if (length < 1 << 16) {
      out.writeByte(126).writeShort(length);
    } else {
      out.writeByte(127).writeLong(length);
    }
  }

  /// A control frame; its payload is at most 125 bytes (§5.5).
  static byte[] control(int opcode, byte[] payload) {
    byte[] frame = new byte[2 + payload.length];
    frame[0] = (byte) (FIN | opcode);
    frame[1] = (byte) payload.length;
    System.arraycopy(payload, 0, frame, 2, payload.length);
    return frame;
  }

  /// Sends a close frame (§5.5.1), then closes: our side at once, the rest when the peer has closed
  /// its own, at the latest after 5 s. Closing both at once could reset the connection before the
  /// peer has read why.
  ///
  /// @param code 0 for a close frame without a code
  static void close(Channel channel, int code, String reason) {
    byte[] text = code == 0 ? new byte[0] : reason.getBytes(StandardCharsets.UTF_8);
    byte[] payload = new byte[code == 0 ? 0 : 2 + text.length];
    if (code != 0) {
      payload[0] = (byte) (code >> 8);
      payload[1] = (byte) code;
      System.arraycopy(text, 0, payload, 2, text.length);
    }
    endWith(channel, control(CLOSE, payload));
  }

  /// Writes the last bytes and closes as [#close] does.
  static void endWith(Channel channel, byte[] last) {
    if (!channel.isActive()) {
      return;
    }
    channel
        .writeAndFlush(Unpooled.wrappedBuffer(last))
        .addListener(written -> {
          if (!written.isSuccess()) {
            channel.close();
            return;
          }
          SslHandler tls = channel.pipeline().get(SslHandler.class);
          if (tls == null) {
            closeOurSide(channel);
          } else {
            tls.closeOutbound().addListener(_ -> closeOurSide(channel));
          }
        });
    Runnable cut = channel::close;
    Future<?> linger = channel.eventLoop().schedule(cut, LINGER_SECONDS, TimeUnit.SECONDS);
    channel.closeFuture().addListener((ChannelFutureListener) _ -> linger.cancel(false));
  }

  private static void closeOurSide(Channel channel) {
    if (channel instanceof DuplexChannel duplex) {
      duplex.shutdownOutput();
    } else {
      channel.close();
    }
  }
}
