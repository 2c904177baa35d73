package io.sluice.gateway.config;

import io.sluice.broker.ByteSize;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/// `edge.*`: the public listener and what one connection may cost.
///
/// @param host address to listen on
/// @param port 0 = any free one
/// @param address base URL told to other nodes and people; "" = worked out, see [#advertised]
/// @param allowedOrigins other origins than the edge's own that browsers may come from:
///   `https://app.example.org`, a `*` for the port, [#LOOPBACK_ORIGINS], or `*` for all
/// @param tokenInUrl whether `?token=` is accepted
/// @param echo whether `/connection/echo` exists
/// @param compression whether WebSocket clients that offer permessage-deflate get it
/// @param maxMessage largest message a client may send, decompressed
/// @param maxRequestLine longest request line
/// @param maxHeaders largest sum of a request's headers
/// @param handshakeTimeout from accepting a socket to a whole request
/// @param connectTimeout from the upgrade to the `connect` command
/// @param pingInterval time between pings of a connection
/// @param pongTimeout time a client has to answer one; below `pingInterval`
/// @param outbox bytes that may wait to be written to one connection
/// @param outboxes bytes that may wait to be written to all connections together
/// @param coalesce whether what comes together leaves in one write
/// @param maxConnections further ones are refused
/// @param loops event loops, [#MAX_LOOPS] at most; 0 = one per core
/// @param maxChannels subscriptions of one connection
/// @param maxChannelLength characters of a channel's full name
/// @param writeTimeout how long bytes may wait without the socket taking any of them
/// @param pingStrikes pings in a row without an answer that end a connection
/// @param pingIntervalMin shortest time between pings, after silent losses
/// @param pingIntervalMax longest time between pings, where connections live
/// @param maxConnectionAge after about which connections are closed, to come back anywhere; zero =
///   never
/// @param sockets how loops and sockets use the kernel and memory
/// @param limits how much peers may ask for
/// @param filters how much clients' filters may cost
/// @param tls whether it speaks TLS itself
/// @param proxy whether a proxy tells clients' addresses
public record EdgeConfig(
    String host,
    int port,
    String address,
    List<String> allowedOrigins,
    boolean tokenInUrl,
    boolean echo,
    boolean compression,
    ByteSize maxMessage,
    ByteSize maxRequestLine,
    ByteSize maxHeaders,
    Duration handshakeTimeout,
    Duration connectTimeout,
    Duration pingInterval,
    Duration pongTimeout,
    ByteSize outbox,
    ByteSize outboxes,
    boolean coalesce,
    int maxConnections,
    int loops,
    int maxChannels,
    int maxChannelLength,
    Duration writeTimeout,
    int pingStrikes,
    Duration pingIntervalMin,
    Duration pingIntervalMax,
    Duration maxConnectionAge,
    SocketConfig sockets,
    EdgeLimits limits,
    FilterConfig filters,
    TlsConfig tls,
    ProxyConfig proxy) {
  /// An entry of [#allowedOrigins]: http and https on `localhost`, 127.0.0.0/8 and `[::1]`, any
  /// port.
  public static final String LOOPBACK_ORIGINS = "loopback";

  /// More event loops than that no node has.
  public static final int MAX_LOOPS = 64;

  private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://[^/?#\\s@*]+(:\\*)?");

  /// The SDKs announce whole seconds of `ping`, and 0 would mean "never".
  private static final Duration SHORTEST_PING = Duration.ofSeconds(1);

  /// Below it a node would do little else.
  private static final Duration SHORTEST_AGE = Duration.ofSeconds(1);

  private static final Duration SHORTEST_WAIT = Duration.ofMillis(1);

  public EdgeConfig {
    allowedOrigins = List.copyOf(allowedOrigins);
    Checks checks =
        new Checks()
            .that(!host.isBlank(), "edge.host: '' is no address to listen on")
            .port("edge.port", port)
            .that(
                Address.isBase(address, "ws", "wss"),
                "edge.address: '" + address + "' is not of the form ws://HOST:PORT")
            .range("edge.max-message", maxMessage, ByteSize.kib(1), ByteSize.mib(64))
            .range("edge.max-request-line", maxRequestLine, ByteSize.kib(1), ByteSize.mib(1))
            .range("edge.max-headers", maxHeaders, ByteSize.kib(1), ByteSize.mib(1))
            .range("edge.handshake-timeout", handshakeTimeout, SHORTEST_WAIT)
            .range("edge.connect-timeout", connectTimeout, SHORTEST_WAIT)
            .range("edge.ping-interval", pingInterval, SHORTEST_PING)
            .range("edge.pong-timeout", pongTimeout, SHORTEST_WAIT)
            .that(
                pongTimeout.compareTo(pingInterval) < 0,
                "edge.pong-timeout: %s is not below edge.ping-interval, %s"
                    .formatted(DurationText.format(pongTimeout), DurationText.format(pingInterval)))
            .range("edge.outbox", outbox, ByteSize.kib(4), ByteSize.mib(1024))
            .range("edge.outboxes", outboxes, ByteSize.kib(4), ByteSize.mib(1 << 20))
            .that(
                outbox.compareTo(outboxes) <= 0,
                "edge.outboxes: %s does not take one edge.outbox, %s".formatted(outboxes, outbox))
            .range("edge.max-connections", maxConnections, 1, 10_000_000)
            .range("edge.loops", loops, 0, MAX_LOOPS)
            .range("edge.max-channels", maxChannels, 1, 100_000)
            .range("edge.max-channel-length", maxChannelLength, 1, 4096)
            .that(
                maxChannels < limits.commandBurst(), // a client that comes back asks for all again
                "edge.command-burst: %d does not take a connect and edge.max-channels, %d"
                    .formatted(limits.commandBurst(), maxChannels))
            .range("edge.write-timeout", writeTimeout, SHORTEST_WAIT)
            .range("edge.ping-strikes", pingStrikes, 1, 100)
            .range("edge.ping-interval-min", pingIntervalMin, SHORTEST_PING)
            .that(
                pongTimeout.compareTo(pingIntervalMin) < 0 || pingIntervalMin.equals(pingInterval),
                "edge.ping-interval-min: %s is not above edge.pong-timeout, %s"
                    .formatted(
                        DurationText.format(pingIntervalMin), DurationText.format(pongTimeout)))
            .that(
                pingIntervalMin.compareTo(pingInterval) <= 0
                    && pingInterval.compareTo(pingIntervalMax) <= 0,
                "edge.ping-interval: %s is not between edge.ping-interval-min, %s, and edge.ping-interval-max, %s"
                    .formatted(
                        DurationText.format(pingInterval),
                        DurationText.format(pingIntervalMin),
                        DurationText.format(pingIntervalMax)))
            .range("edge.max-connection-age", maxConnectionAge, Duration.ZERO)
            .that(
                maxConnectionAge.isZero() || maxConnectionAge.compareTo(SHORTEST_AGE) >= 0,
                "edge.max-connection-age: %s is neither 0s nor at least %s"
                    .formatted(
                        DurationText.format(maxConnectionAge), DurationText.format(SHORTEST_AGE)));
    for (String origin : allowedOrigins) {
      checks.that(
          origin.equals("*") || origin.equals(LOOPBACK_ORIGINS) || ORIGIN.matcher(origin).matches(),
          "edge.allowed-origins: '%s' is not of the form https://HOST[:PORT], nor '%s', nor '*'"
              .formatted(origin, LOOPBACK_ORIGINS));
    }
    checks.done();
  }

  /// The base URL of this listener as others can reach it.
  ///
  /// @param boundPort the port really listened on
  /// @return [#address], or else the host listened on (127.0.0.1 when that is every interface) with
  ///   that port
  public String advertised(int boundPort) {
    return address.isEmpty() ? Address.of(tls.on() ? "wss" : "ws", host, boundPort) : address;
  }

  static EdgeConfig read(Settings in) {
    Duration pingInterval = in.duration("edge.ping-interval", Duration.ofSeconds(25));
    return new EdgeConfig(
        in.text("edge.host", "0.0.0.0"),
        in.whole("edge.port", 8000),
        in.text("edge.address", ""),
        in.list("edge.allowed-origins"),
        in.flag("edge.token-in-url", false),
        in.flag("edge.echo", false),
        in.flag("edge.compression", true),
        in.size("edge.max-message", ByteSize.kib(64)),
        in.size("edge.max-request-line", ByteSize.kib(8)),
        in.size("edge.max-headers", ByteSize.kib(16)),
        in.duration("edge.handshake-timeout", Duration.ofSeconds(10)),
        in.duration("edge.connect-timeout", Duration.ofSeconds(10)),
        pingInterval,
        in.duration("edge.pong-timeout", Duration.ofSeconds(8)),
        in.size("edge.outbox", ByteSize.kib(256)),
        in.size("edge.outboxes", ByteSize.mib(128)),
        in.flag("edge.coalesce", true),
        in.whole("edge.max-connections", 50_000),
        in.whole("edge.loops", 0),
        in.whole("edge.max-channels", 128),
        in.whole("edge.max-channel-length", 255),
        in.duration("edge.write-timeout", Duration.ofSeconds(10)),
        in.whole("edge.ping-strikes", 1),
        in.duration("edge.ping-interval-min", pingInterval),
        in.duration("edge.ping-interval-max", pingInterval),
        in.duration("edge.max-connection-age", Duration.ZERO),
        in.section(() -> SocketConfig.read(in)).orElseGet(SocketConfig::byDefault),
        in.section(() -> EdgeLimits.read(in)).orElseGet(EdgeLimits::byDefault),
        in.section(() -> FilterConfig.read(in)).orElseGet(FilterConfig::byDefault),
        in.section(() -> TlsConfig.read(in)).orElseGet(TlsConfig::byDefault),
        in.section(() -> ProxyConfig.read(in)).orElseGet(ProxyConfig::byDefault));
  }

  void write(Listing out) {
    out.add("edge.host", host)
        .add("edge.port", port)
        .add("edge.address", address)
        .add("edge.allowed-origins", String.join(",", allowedOrigins))
        .add("edge.token-in-url", tokenInUrl)
        .add("edge.echo", echo)
        .add("edge.compression", compression)
        .add("edge.max-message", maxMessage)
        .add("edge.max-request-line", maxRequestLine)
        .add("edge.max-headers", maxHeaders)
        .add("edge.handshake-timeout", handshakeTimeout)
        .add("edge.connect-timeout", connectTimeout)
        .add("edge.ping-interval", pingInterval)
        .add("edge.pong-timeout", pongTimeout)
        .add("edge.outbox", outbox)
        .add("edge.outboxes", outboxes)
        .add("edge.coalesce", coalesce)
        .add("edge.max-connections", maxConnections)
        .add("edge.loops", loops)
        .add("edge.max-channels", maxChannels)
        .add("edge.max-channel-length", maxChannelLength)
        .add("edge.write-timeout", writeTimeout)
        .add("edge.ping-strikes", pingStrikes)
        .add("edge.ping-interval-min", pingIntervalMin)
        .add("edge.ping-interval-max", pingIntervalMax)
        .add("edge.max-connection-age", maxConnectionAge);
    sockets.write(out);
    limits.write(out);
    filters.write(out);
    tls.write(out);
    proxy.write(out);
  }
}
