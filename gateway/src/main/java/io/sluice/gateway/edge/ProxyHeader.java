package io.sluice.gateway.edge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolException;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.AddressFamily;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;

/// Takes the PROXY header (version 1 or 2) off the front of a trusted proxy's connection, and with
/// it the client's address. Whatever is wrong with it, the socket is cut: nobody is there to read
/// an answer. How long it may take is the request handler's to judge. Confined to the loop.
final class ProxyHeader extends SimpleChannelInboundHandler<HAProxyMessage> {
  private static final PeerLog peers = PeerLog.of(ProxyHeader.class);

  /// Bytes of a version 2 header's extensions, which are read over. Balancers in clouds send some
  /// 100, with the client's certificate some hundreds more.
  private static final int MAX_EXTENSIONS = 1_024;

  private final EdgeContext context;

  /// The decoder complains once more when the socket closes.
  private boolean over;

  ProxyHeader(EdgeContext context) {
    this.context = context;
  }

  /// What comes before it.
  static HAProxyMessageDecoder decoder() {
    return new HAProxyMessageDecoder(MAX_EXTENSIONS);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HAProxyMessage header) {
    Peer peer = Peer.of(ctx.channel());
    Optional<Refusal> refused = peer.arrived(client(header).orElse(peer.address()));
    if (refused.isPresent()) {
      cut(ctx, refused.get());
    } else {
      ctx.pipeline().remove(this);
    }
  }

  /// Nothing when the proxy speaks for itself (`LOCAL`) or does not know (`UNKNOWN`, `UNSPEC`), or
  /// when its client came over a socket of its own machine's.
  private static Optional<InetAddress> client(HAProxyMessage header) {
    AddressFamily family = header.proxiedProtocol().addressFamily();
    if (header.command() == HAProxyCommand.LOCAL
        || (family != AddressFamily.AF_IPv4 && family != AddressFamily.AF_IPv6)) {
      return Optional.empty();
    }
    return Optional.of(InetAddress.ofLiteral(header.sourceAddress()));
  }

  private void cut(ChannelHandlerContext ctx, Refusal why) {
    if (over) {
      return;
    }
    over = true;
    context.metrics().refused(why);
    peers.info(
        "no PROXY header is taken reason={} address={}",
        why.label(),
        Peer.of(ctx.channel()).address().getHostAddress());
    var _ = ctx.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    switch (cause) {
      case HAProxyProtocolException _ -> cut(ctx, Refusal.PROXY_HEADER);
      case IOException _ -> {
        var _ = ctx.close();
      }
      default -> {
        peers.error("a PROXY header failed", cause);
        var _ = ctx.close();
      }
    }
  }
}
