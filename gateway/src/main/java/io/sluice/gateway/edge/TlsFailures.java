package io.sluice.gateway.edge;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLException;

/// Keeps what goes wrong in TLS from those who speak above it: it is the peer's doing, not ours,
/// and there is nobody to tell. One for all sockets, for any thread.
@ChannelHandler.Sharable
final class TlsFailures extends ChannelInboundHandlerAdapter {
  private static final PeerLog peers = PeerLog.of(TlsFailures.class);

  private final EdgeMetrics metrics;

  TlsFailures(EdgeMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Throwable reason = cause instanceof DecoderException wrapped ? wrapped.getCause() : cause;
    switch (reason) {
      case NotSslRecordException _ -> failed(ctx, "what came is not TLS"); // its text is what came
      case SSLException e -> failed(ctx, String.valueOf(e.getMessage()));
      case TlsSigning.Refused e -> end(ctx, e.why(), String.valueOf(e.getMessage()));
      case RejectedExecutionException _ -> failed(ctx, "too many handshakes are under way");
      case null, default -> ctx.fireExceptionCaught(cause);
    }
  }

  private void failed(ChannelHandlerContext ctx, String reason) {
    end(ctx, Refusal.TLS_HANDSHAKE, reason);
  }

  private void end(ChannelHandlerContext ctx, Refusal why, String reason) {
    metrics.refused(why);
    peers.info(
        "TLS failed address={} reason=\"{}\"",
        Peer.of(ctx.channel()).address().getHostAddress(),
        reason);
    var _ = ctx.close();
  }
}
