package io.sluice.perf.swarm;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.UnixChannel;
import io.sluice.gateway.auth.TokenSigner;
import io.sluice.gateway.config.TokenConfig;
import io.sluice.perf.check.ChannelWatch;
import io.sluice.perf.check.Claim;
import io.sluice.perf.check.Violation;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The clients of one worker. Confined to its event loop.
final class Population {
  /// Violations reported; of a server that is thoroughly broken the first say enough.
  private static final int MOST_VIOLATIONS = 50;

  /// Of clients that began in the middle; a report holds them all.
  private static final int MOST_CLAIMS = 100_000;

  // SDKs: the first retry within 0.5 to 1 s, at most 20 s between two
  private static final long FIRST_PAUSE_MS = 500;
  private static final long LONGEST_PAUSE_MS = 20_000;
  private static final int MOST_DOUBLINGS = 6;

  private static final int SLOW_READ = 1_024;
  private static final int SMALL_BUFFER = 8_192;

  /// As beyond Ethernet. What a server's system buffers for a peer grows with it, and on loopback
  /// it is some 64 KB: megabytes would have to be sent before anybody notices that nothing is read.
  private static final int SMALL_SEGMENT = 1_460;

  private static final ChannelOption<Integer> TCP_MAXSEG =
      new IntegerUnixChannelOption("TCP_MAXSEG", /* level= */ 6, /* optname= */ 2);

  private static final int MS_A_SECOND = 1_000;
  private static final Duration TOKEN_TTL = Duration.ofDays(1);

  private final EventLoop loop;
  private final Class<? extends Channel> socket;
  private final Audience audience;
  private final String source;
  private final Tally tally;
  private final List<Peer> peers = new ArrayList<>();
  private final ArrayDeque<Peer> waiting = new ArrayDeque<>();
  private final Map<Peer, Long> absent = new HashMap<>();
  private final Map<String, String> epochs = new HashMap<>();
  private final PushReader pushes = new PushReader();
  private final List<Claim> claims = new ArrayList<>();
  private final @Nullable String[] names;
  private final List<io.netty.util.concurrent.Future<?>> timers = new ArrayList<>();
  private byte[] scratch = new byte[128 * 1024];
  private int opening;
  private int liveCount;
  private int churned;

  /// Of those that lost their node, how many are not back yet.
  private int missed;

  private boolean closed;
  private @Nullable Runnable allLive;
  private @Nullable TokenSigner signer;

  /// @param source the loopback address that connections come from; each has some 28,000 ports
  Population(
      EventLoop loop,
      Class<? extends Channel> socket,
      Audience audience,
      String source,
      Tally tally) {
    this.loop = loop;
    this.socket = socket;
    this.audience = audience;
    this.source = source;
    this.tally = tally;
    this.names = new String[audience.channels()];
  }

  // what peers share

  Audience audience() {
    return audience;
  }

  Tally tally() {
    return tally;
  }

  PushReader pushes() {
    return pushes;
  }

  /// Room for one frame; what it holds is gone with the next.
  byte[] scratch(int length) {
    if (scratch.length < length) {
      scratch = new byte[2 * length];
    }
    return scratch;
  }

  /// The clock that [io.sluice.perf.load.Payload] uses too.
  long now() {
    return System.nanoTime();
  }

  String channelName(int number) {
    String name = names[number];
    if (name == null) {
      name = audience.prefix() + number;
      names[number] = name;
    }
    return name;
  }

  int channelNumber(String name) {
    return Integer.parseInt(name.substring(audience.prefix().length()));
  }

  /// One text for all that are equal: there are few epochs and many subscriptions.
  String shared(String epoch) {
    return epochs.computeIfAbsent(epoch, known -> known);
  }

  /// A token of its own for each client, as in life; empty without a secret. Good for a day.
  String token(int client) {
    if (audience.secret().isEmpty()) {
      return "";
    }
    if (signer == null) {
      TokenConfig config = new TokenConfig(audience.secret(), "", "", "", "", false);
      signer = new TokenSigner(config, Clock.systemUTC());
    }
    return signer.sign("user-" + client, TOKEN_TTL, List.of());
  }

  /// Remembers a claim; of too many the first say enough.
  void claim(Claim claim) {
    if (claims.size() < MOST_CLAIMS) {
      claims.add(claim);
    } else {
      tally.error("claims beyond " + MOST_CLAIMS + " are not judged");
    }
  }

  boolean closed() {
    return closed;
  }

  // coming and going

  /// Brings clients to life.
  ///
  /// @param first number of the first
  /// @param whenLive called once, when all are
  void open(int first, int count, Runnable whenLive) {
    allLive = whenLive;
    for (int i = 0; i < count; i++) {
      Peer peer = new Peer(this, first + i);
      peers.add(peer);
      waiting.add(peer);
    }
    openMore();
    switch (audience.reading()) {
      case STEADY, NEVER, STOPPING -> {}
      case SLOW -> {
        long pause = (long) SLOW_READ * MS_A_SECOND / Math.max(1, audience.bytesPerSecond());
        every(Math.max(1, pause), () -> peers.forEach(Peer::readOnce));
      }
    }
  }

  private void openMore() {
    while (!closed && opening < audience.atOnce() && !waiting.isEmpty()) {
      Peer peer = waiting.remove();
      opening++;
      peer.arriving(true);
      connect(peer);
    }
  }

  private void connect(Peer peer) {
    URI server = peer.begin();
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(socket)
            .option(ChannelOption.TCP_NODELAY, true)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(peer);
                  }
                });
    if (EpollSocketChannel.class.isAssignableFrom(socket)) {
      // the port is chosen by where it connects to: beside tens of thousands of connections that
      // were cut, a free one for any destination takes longer to find than connecting does
      bootstrap.option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
    }
    if (audience.reading() == Audience.Reading.SLOW) {
      bootstrap
          .option(ChannelOption.SO_RCVBUF, SMALL_BUFFER)
          .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(SLOW_READ));
    }
    if (peer.stops()) {
      bootstrap.option(ChannelOption.SO_RCVBUF, SMALL_BUFFER);
      if (UnixChannel.class.isAssignableFrom(socket)) {
        bootstrap.option(TCP_MAXSEG, SMALL_SEGMENT);
      }
    }
    ChannelFuture connected =
        bootstrap.connect(
            new InetSocketAddress(server.getHost(), server.getPort()),
            new InetSocketAddress(source, 0));
    connected.addListener(outcome -> {
      if (!outcome.isSuccess()) {
        peer.unreachable(outcome.cause());
      }
    });
  }

  /// A peer's connection is gone; it comes back after a pause that grows.
  void comeBack(Peer peer, int attempt) {
    if (closed) {
      return;
    }
    arrived(peer);
    Long away = absent.remove(peer);
    long pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << Math.min(attempt, MOST_DOUBLINGS));
    long jittered = pause + ThreadLocalRandom.current().nextLong(pause);
    later(
        (away == null ? 0 : away) + jittered,
        () -> {
          waiting.add(peer);
          openMore();
        });
  }

  /// Live, or failed before it was: makes room for the next.
  private void arrived(Peer peer) {
    if (peer.arriving()) {
      peer.arriving(false);
      opening--;
      openMore();
    }
  }

  /// When this peer's connection ends, it comes back so much later.
  void stayAway(Peer peer, long awayMs) {
    absent.put(peer, awayMs);
  }

  /// A peer has become live, or is no longer.
  void settled(Peer peer) {
    if (!peer.live()) {
      liveCount--;
      return;
    }
    liveCount++;
    missed = Math.max(0, missed - 1);
    arrived(peer);
    switch (audience.reading()) {
      case STEADY, STOPPING -> {}
      case SLOW, NEVER -> peer.autoRead(false);
    }
    if (liveCount == peers.size() && missed == 0 && allLive != null) {
      Runnable told = allLive;
      allLive = null;
      told.run();
    }
  }

  /// Those that stop when they are told to no longer read.
  void stopReading() {
    peers.stream().filter(Peer::stops).forEach(peer -> peer.autoRead(false));
  }

  /// They do again.
  void readAgain() {
    peers.stream().filter(Peer::stops).forEach(peer -> peer.autoRead(true));
  }

  /// Cuts a share of the connections.
  ///
  /// @param whenLive called once, when all are back
  void cut(double share, long awayMs, Runnable whenLive) {
    allLive = whenLive;
    int count = (int) Math.ceil(share * peers.size());
    for (Peer peer : List.copyOf(peers.subList(0, count))) {
      peer.cut(awayMs);
    }
  }

  /// A node is about to be gone, which clients may notice one after the other.
  ///
  /// @param node its place in the audience's list
  /// @param whenLive called once, when all that were on it are back
  void losing(int node, Runnable whenLive) {
    missed = (int) peers.stream().filter(peer -> peer.isOn(node)).count();
    allLive = whenLive;
  }

  /// @param perSecond 0 stops it
  void churn(double perSecond) {
    timers.forEach(timer -> timer.cancel(false));
    timers.clear();
    if (perSecond <= 0 || peers.isEmpty()) {
      return;
    }
    int pauseMs = 10;
    double[] due = new double[1];
    every(
        pauseMs,
        () -> {
          for (due[0] += perSecond * pauseMs / MS_A_SECOND; due[0] >= 1; due[0]--) {
            peers.get(churned++ % peers.size()).churn();
          }
        });
  }

  void close() {
    closed = true;
    timers.forEach(timer -> timer.cancel(false));
    waiting.clear();
    peers.forEach(Peer::close);
  }

  private void later(long ms, Runnable task) {
    var _ = loop.schedule(task, ms, TimeUnit.MILLISECONDS);
  }

  private void every(long ms, Runnable task) {
    timers.add(loop.scheduleAtFixedRate(task, ms, ms, TimeUnit.MILLISECONDS));
  }

  // judging

  /// How many have come.
  Report count() {
    return tally.count(peers.size(), liveCount);
  }

  /// How it stands.
  Report report(long tookMs) {
    List<Violation> violations = new ArrayList<>();
    for (Peer peer : peers) {
      for (ChannelWatch watch : peer.subscriptions().watches()) {
        add(violations, watch.violations());
      }
    }
    return tally.report(peers.size(), liveCount, 0, List.copyOf(violations), List.of(), tookMs);
  }

  /// How it stands when nothing more will come.
  ///
  /// @param published how many publications each channel has had
  Report finish(List<Long> published) {
    List<Violation> violations = new ArrayList<>();
    long missing = 0;
    for (Peer peer : peers) {
      ChannelWatch[] watches = peer.subscriptions().watches();
      for (int slot = 0; slot < watches.length; slot++) {
        long end = published.get(peer.subscriptions().channelOf(slot));
        missing += watches[slot].missing(end);
        add(violations, watches[slot].violations(end));
      }
    }
    List<Claim> all = new ArrayList<>(claims);
    peers.forEach(peer -> peer.subscriptions().pendingClaims(published, all));
    return tally.report(
        peers.size(), liveCount, missing, List.copyOf(violations), List.copyOf(all), 0);
  }

  private static void add(List<Violation> all, List<Violation> more) {
    all.addAll(more.subList(0, Math.min(more.size(), MOST_VIOLATIONS - all.size())));
  }
}
