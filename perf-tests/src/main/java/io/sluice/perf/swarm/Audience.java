package io.sluice.perf.swarm;

import java.net.URI;
import java.util.List;

/// Who listens to what, and how.
///
/// Channels are numbered; client `k` subscribes to `channelsPerClient` of them in a row, beginning
/// at `k * channelsPerClient`, round and round. So one channel for all is `channels` 1, and one for
/// each is as many channels as clients.
///
/// @param nodes WebSocket addresses; clients spread over them, and go to the next when one fails
/// @param secret what each client's token is signed with (HS256); empty = no tokens
/// @param prefix of channel names; the number follows
/// @param channels how many there are
/// @param channelsPerClient at most as many as there are channels, and as the server allows
/// @param atOnce handshakes under way at a time
/// @param reading how
/// @param bytesPerSecond of a slow reader
/// @param fromFirst whether every client must see each channel from sequence number 0 on
/// @param sessions whether each asks for a session, named as the prefix is
public record Audience(
    List<URI> nodes,
    String secret,
    String prefix,
    int channels,
    int channelsPerClient,
    int atOnce,
    Reading reading,
    int bytesPerSecond,
    boolean fromFirst,
    boolean sessions) {
  /// How clients read.
  public enum Reading {
    /// As fast as it comes.
    STEADY,
    /// So many bytes a second, into a small buffer.
    SLOW,
    /// Not at all once they are subscribed.
    NEVER,
    /// As fast as it comes; but the first of each [#STOPPING] stops when it is told to, until it is
    /// told to go on. These have buffers as small as those of a client far away.
    STOPPING
  }

  /// One in so many stops.
  private static final int STOPPING = 10;

  /// The query of an address whose clients speak Protocol Buffers.
  public static final String PROTOBUF = "format=protobuf";

  /// The scheme of an address whose server does not know the client protocol: a client listens to
  /// one channel, whose name goes to the end of its address, is subscribed when its WebSocket is
  /// open, and is sent payloads and nothing else.
  public static final String BARE = "bare";

  /// The same, with an id before each payload, as nchan has it: a client that comes back names the
  /// last one and is sent what it missed.
  public static final String BARE_WITH_IDS = "bare+ids";

  private static final int AT_ONCE = 64;

  public Audience {
    nodes = List.copyOf(nodes);
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException("an audience needs a node");
    }
    if (channelsPerClient < 1 || channelsPerClient > channels) {
      throw new IllegalArgumentException(
          "a client has 1 to %d channels: %d".formatted(channels, channelsPerClient));
    }
    if (sessions && PROTOBUF.equals(nodes.getFirst().getQuery())) {
      throw new IllegalArgumentException("clients that speak Protocol Buffers have no sessions");
    }
    if (isBare(nodes.getFirst()) && (sessions || channelsPerClient > 1)) {
      throw new IllegalArgumentException(
          "a client without the protocol has one channel and no session");
    }
  }

  /// Steady readers that see everything.
  public static Audience of(
      List<URI> nodes, String secret, String prefix, int channels, int channelsPerClient) {
    return new Audience(
        nodes,
        secret,
        prefix,
        channels,
        channelsPerClient,
        AT_ONCE,
        Reading.STEADY,
        0,
        /* fromFirst= */ true,
        /* sessions= */ false);
  }

  /// The same, reading in another way.
  public Audience reading(Reading how, int bytesASecond) {
    return with(how, bytesASecond, fromFirst, sessions);
  }

  /// The same, each beginning wherever it happens to.
  public Audience fromAnywhere() {
    return with(reading, bytesPerSecond, /* beginning= */ false, sessions);
  }

  /// The same, each with a session.
  public Audience withSessions() {
    return with(reading, bytesPerSecond, fromFirst, /* held= */ true);
  }

  private Audience with(Reading how, int bytesASecond, boolean beginning, boolean held) {
    return new Audience(
        nodes,
        secret,
        prefix,
        channels,
        channelsPerClient,
        atOnce,
        how,
        bytesASecond,
        beginning,
        held);
  }

  /// How many of so many clients stop when they are told to, see [Reading#STOPPING].
  public static int stopping(int clients) {
    return Math.ceilDiv(clients, STOPPING);
  }

  /// Whether this client does.
  boolean stops(int client) {
    return reading == Reading.STOPPING && client % STOPPING == 0;
  }

  /// Whether clients speak Protocol Buffers, which the nodes' addresses ask for.
  boolean protobuf() {
    return PROTOBUF.equals(nodes.getFirst().getQuery());
  }

  private static boolean isBare(URI node) {
    return BARE.equals(node.getScheme()) || BARE_WITH_IDS.equals(node.getScheme());
  }

  /// Whether clients do not speak the client protocol, see [#BARE].
  boolean bare() {
    return isBare(nodes.getFirst());
  }

  /// Whether what they are sent has ids, see [#BARE_WITH_IDS].
  boolean ids() {
    return BARE_WITH_IDS.equals(nodes.getFirst().getScheme());
  }

  /// The number of the channel that is a client's subscription `slot`.
  int channel(int client, int slot) {
    return (int) (((long) client * channelsPerClient + slot) % channels);
  }

  /// Which of a client's subscriptions is this channel's, or -1.
  int slot(int client, int channel) {
    long first = (long) client * channelsPerClient % channels;
    long slot = Math.floorMod(channel - first, (long) channels);
    return slot < channelsPerClient && channel < channels ? (int) slot : -1;
  }
}
