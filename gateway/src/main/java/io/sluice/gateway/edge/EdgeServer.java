package io.sluice.gateway.edge;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.sluice.gateway.config.EdgeConfig;
import io.sluice.gateway.hub.Hub;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The public listener.
public final class EdgeServer implements AutoCloseable {
  private static final PeerLog peers = PeerLog.of(EdgeServer.class);
  private static final Logger log = LoggerFactory.getLogger(EdgeServer.class);
  private static final int BACKLOG = 4_096;

  /// How long its loop may take to close it.
  private static final Duration LISTENER = Duration.ofSeconds(3);

  private final EdgeContext context;
  private final Map<EventLoop, LoopContext> byLoop;
  private final Channel listener;
  private final @Nullable TlsHandshakes tls;
  private boolean drained; // of the thread that closes

  private EdgeServer(
      EdgeContext context,
      Map<EventLoop, LoopContext> byLoop,
      Channel listener,
      @Nullable TlsHandshakes tls) {
    this.tls = tls;
    this.context = context;
    this.byLoop = byLoop;
    this.listener = listener;
  }

  /// Binds and accepts.
  ///
  /// @param ready what `GET /health` answers
  /// @throws IOException naming address and port when it cannot be bound, or the certificate's
  ///   files when they are not good
  public static EdgeServer open(
      EdgeContext context, EdgeLoops loops, Hub hub, BooleanSupplier ready) throws IOException {
    Map<EventLoop, LoopContext> byLoop = new HashMap<>();
    List<EventLoop> all = loops.loops();
    long outboxes = context.edge().outboxes().bytes() / all.size();
    for (int i = 0; i < all.size(); i++) {
      LoopContext own = new LoopContext(hub.shards().get(i), context.edge(), outboxes);
      var _ =
          all.get(i)
              .scheduleAtFixedRate(
                  own::tick, TickWheel.TICK_MS, TickWheel.TICK_MS, TimeUnit.MILLISECONDS);
      byLoop.put(all.get(i), own);
    }
    context.metrics().loops(byLoop.values());
    context.metrics().hub(hub);
    context.metrics().tokens(context.verifier());
    EdgeConfig edge = context.edge();
    Cors cors = new Cors(new Origins(edge.allowedOrigins()));
    TlsHandshakes tls = edge.tls().on() ? TlsHandshakes.open(context) : null;
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops.group())
            .channel(loops.serverChannel())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childHandler(new Accepted(context, byLoop, cors, ready, tls));
    SocketOptions.apply(bootstrap, loops.io(), edge.sockets());
    ChannelFuture bound =
        bootstrap.bind(new InetSocketAddress(edge.host(), edge.port())).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      if (tls != null) {
        tls.close();
      }
      throw new IOException(
          "the edge cannot listen on "
              + edge.host()
              + ":"
              + edge.port()
              + " (edge.host, edge.port): "
              + bound.cause().getMessage());
    }
    return new EdgeServer(context, Map.copyOf(byLoop), bound.channel(), tls);
  }

  /// A new socket.
  private static final class Accepted extends ChannelInitializer<Channel> {
    private final EdgeContext context;
    private final Map<EventLoop, LoopContext> byLoop;
    private final Cors cors;
    private final BooleanSupplier ready;
    private final TrustedProxies proxies;
    private final @Nullable TlsHandshakes tls;

    Accepted(
        EdgeContext context,
        Map<EventLoop, LoopContext> byLoop,
        Cors cors,
        BooleanSupplier ready,
        @Nullable TlsHandshakes tls) {
      this.context = context;
      this.byLoop = byLoop;
      this.cors = cors;
      this.ready = ready;
      this.tls = tls;
      this.proxies = new TrustedProxies(context.edge().proxy());
    }

    /// @return why the socket must be cut, if it must
    private Optional<Refusal> accept(Channel channel) {
      Optional<Refusal> refused = Peer.accept(channel, context.admission());
      if (refused.isPresent()) {
        return refused;
      }
      Peer peer = Peer.of(channel);
      if (!proxies.required()) {
        return peer.arrived(peer.address());
      }
      return proxies.trusts(peer.address())
          ? Optional.empty()
          : Optional.of(Refusal.UNTRUSTED_PROXY);
    }

    private void cut(Channel channel, Refusal why) {
      context.metrics().refused(why);
      peers.info(
          "a socket is cut reason={} address={}",
          why.label(),
          Peer.of(channel).address().getHostAddress());
      var _ = channel.close();
    }

    @Override
    protected void initChannel(Channel channel) {
      LoopContext loop = byLoop.get(channel.eventLoop());
      if (loop == null) {
        throw new IllegalStateException("a socket on a loop that is not ours");
      }
      Optional<Refusal> refused = accept(channel);
      if (refused.isPresent()) {
        cut(channel, refused.get());
        return;
      }
      channel.pipeline().addLast(loop.writes()); // first: it sees what the socket itself has taken
      if (proxies.required()) {
        channel.pipeline().addLast(ProxyHeader.decoder(), new ProxyHeader(context));
      }
      if (tls != null) {
        tls.secure(channel);
      }
      HttpDecoderConfig http =
          new HttpDecoderConfig()
              .setMaxInitialLineLength(context.edge().maxRequestLine().asInt())
              .setMaxHeaderSize(context.edge().maxHeaders().asInt());
      channel
          .pipeline()
          .addLast(
              new HttpServerCodec(http), new EdgeHttpHandler(context, loop, cors, ready, channel));
    }
  }

  /// The port listened on.
  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /// What sockets' buffers take outside of the heap, of all nodes of this process.
  public static long bufferBytes(EdgeConfig edge) {
    return SocketOptions.usedBytes(edge.sockets().allocator());
  }

  /// How late the loops are.
  List<LoopLag> lags() {
    return byLoop.values().stream().map(LoopContext::lag).toList();
  }

  /// Whether it takes sockets.
  public boolean accepts() {
    return listener.isActive();
  }

  /// What the connections of each loop are like, without loops that do not answer in time.
  public CompletionStage<List<LoopState>> state(Duration patience) {
    List<CompletableFuture<Optional<LoopState>>> parts = new ArrayList<>();
    byLoop.forEach((loop, own) ->
        parts.add(
            LoopLook.at(loop, own)
                .thenApply(Optional::of)
                .exceptionally(_ -> Optional.empty()) // it is closing
                .completeOnTimeout(Optional.empty(), patience.toNanos(), TimeUnit.NANOSECONDS)));
    return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
        .thenApply(_ -> parts.stream().flatMap(part -> part.join().stream()).toList());
  }

  /// The connections in numbers, gathered from all loops.
  public CompletionStage<EdgeStats> stats() {
    List<CompletableFuture<Integer>> parts = new ArrayList<>();
    byLoop.forEach((loop, own) ->
        parts.add(CompletableFuture.supplyAsync(() -> own.connections().size(), loop)));
    return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
        .thenApply(_ ->
            new EdgeStats(
                parts.stream().mapToInt(CompletableFuture::join).sum(),
                context.users().count(),
                context.metrics().currentSubscriptions()));
  }

  /// Stops accepting, tells the clients to go elsewhere (3001) and waits until they have gone, a
  /// few seconds for the last of them; who has not gone by then is cut. Once, by one thread.
  ///
  /// @param over the time in which they are told, see [DrainPace]; they are served until then
  /// @param others asked again and again
  /// @param hurry at zero, the rest is told at once
  public void drain(Duration over, Supplier<DrainPace.Others> others, CountDownLatch hurry) {
    if (!listener.close().awaitUninterruptibly(LISTENER.toMillis())) {
      log.error("the listener does not close, its loop hangs ms={}", LISTENER.toMillis());
    }
    drained = true;
    new EdgeDrain(byLoop, hurry).run(over, context.edge().limits().handshakesPerSecond(), others);
  }

  /// Lets go of everything; clients that are still here are told at once.
  @Override
  public void close() {
    if (!drained) {
      drain(Duration.ZERO, () -> new DrainPace.Others(0, 1), new CountDownLatch(0));
    }
    byLoop.forEach((loop, own) -> loop.execute(own::close));
    if (tls != null) {
      tls.close();
    }
  }
}
