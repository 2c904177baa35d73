package io.sluice.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import javax.net.ssl.SSLException;

/// Cuts a peer that goes on sending before its handshake is done: while a signature waits its turn,
/// all that comes is kept. Stands before TLS, and leaves when it is not needed any more. Confined
/// to the loop.
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the end of a peer that is cut
final class TlsHandshakeBytes extends ChannelInboundHandlerAdapter {
  /// A client says a few kilobytes until it is answered. One of TLS 1.2 that does not wait for our
  /// last word (RFC 7918) may have sent as much as networks let pass unasked beside it, some 15 KB.
  static final int MOST = 32 * 1024;

  private final SslHandler tls;
  private int bytes;

  TlsHandshakeBytes(SslHandler tls) {
    this.tls = tls;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    int more = message instanceof ByteBuf part ? part.readableBytes() : 0;
    ctx.fireChannelRead(message);
    if (tls.handshakeFuture().isDone()) {
      ctx.pipeline().remove(this);
      return;
    }
    bytes += more;
    if (bytes > MOST) {
      ctx.fireExceptionCaught(
          new SSLException("more than " + MOST + " bytes before the handshake is done"));
      ctx.close(); // at once: TLS would wait for the signature to be able to say goodbye
    }
  }
}
