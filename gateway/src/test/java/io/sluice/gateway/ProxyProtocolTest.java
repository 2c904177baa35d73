package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Behind a proxy that tells clients' addresses in front of their bytes.
final class ProxyProtocolTest {
  private static final String V2 = "0d0a0d0a000d0a515549540a";
  private static final byte[] NOTHING = {};

  private static Gateway gateway;
  private static EdgeProbe probe;

  @BeforeAll
  static void start() throws Exception {
    gateway =
        TestStack.node(
            "proxy",
            Map.of(
                "edge.proxy-protocol", "required",
                "edge.trusted-proxies", "127.0.0.1/32",
                "edge.handshake-timeout", "1s",
                "edge.max-connections-per-address", "1"));
    probe = new EdgeProbe(gateway.edgePort());
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static double refusals(String reason) throws IOException {
    return new EdgeProbe(gateway.apiPort())
        .metric("sluice_edge_refusals_total{reason=\"" + reason + "\"}");
  }

  /// The decoder closes the socket before it says why.
  private static void awaitRefusals(String reason, double count) {
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(refusals(reason)).isEqualTo(count));
  }

  private static byte[] v1(String text) {
    return ("PROXY " + text + "\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  /// @param extensions bytes after the addresses
  private static byte[] v2(String client, byte[] extensions) throws IOException {
    InetAddress address = InetAddress.ofLiteral(client);
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    rest.writeBytes(address.getAddress());
    rest.writeBytes(address.getAddress());
    rest.writeBytes(new byte[] {1, 2, 3, 4}); // two ports
    rest.writeBytes(extensions);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(HexFormat.of().parseHex(V2));
    all.write(0x21); // version 2, PROXY
    all.write(address instanceof Inet4Address ? 0x11 : 0x21);
    all.write(rest.size() >> 8);
    all.write(rest.size());
    all.writeBytes(rest.toByteArray());
    return all.toByteArray();
  }

  /// A socket after its handshake, which the node may mean to turn away.
  private static Socket webSocket(byte[] header, String... headers) throws IOException {
    Socket socket = probe.open();
    socket.getOutputStream().write(header);
    assertThat(probe.upgrade(socket, "/connection/websocket", headers)).startsWith("HTTP/1.1 101");
    return socket;
  }

  /// One that got in ends with 3501 when it speaks out of turn, one turned away with 3013.
  private static int end(Socket socket) throws IOException {
    socket.getOutputStream().write(EdgeProbe.frame(1, TestStack.bytes("{\"id\":1,\"ping\":{}}")));
    return EdgeProbe.closeCode(socket.getInputStream());
  }

  @Test
  void theClientsAddressIsTheHeadersInVersion1() throws Exception {
    byte[] client = v1("TCP4 203.0.113.5 192.0.2.1 40000 443");
    try (Socket first = webSocket(client);
        Socket second = webSocket(client, "X-Forwarded-For: 198.51.100.9");
        Socket other = webSocket(v1("TCP4 203.0.113.6 192.0.2.1 40000 443"))) {
      assertThat(end(second)).as("X-Forwarded-For changes nothing").isEqualTo(3013);
      assertThat(end(other)).isEqualTo(3501);
      assertThat(end(first)).isEqualTo(3501);
    }
  }

  @Test
  void theClientsAddressIsTheHeadersInVersion2() throws Exception {
    try (Socket first = webSocket(v2("2001:db8:0:5::1", NOTHING));
        Socket second = webSocket(v2("2001:db8:0:5::2", new byte[] {4, 0, 1, 0}));
        Socket other = webSocket(v2("2001:db8:0:6::1", NOTHING))) {
      assertThat(end(second)).as("of the same /64").isEqualTo(3013);
      assertThat(end(other)).isEqualTo(3501);
      assertThat(end(first)).isEqualTo(3501);
    }
  }

  @Test
  void whenTheProxySpeaksForItselfItsOwnAddressCounts() throws Exception {
    byte[] local = HexFormat.of().parseHex(V2 + "20000000");
    try (Socket first = webSocket(local);
        Socket second = webSocket(local);
        Socket third = webSocket(v1("UNKNOWN"))) {
      assertThat(end(first)).as("loopback is not limited").isEqualTo(3501);
      assertThat(end(second)).isEqualTo(3501);
      assertThat(end(third)).isEqualTo(3501);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /health HTTP/1.1\r\nHost: x\r\n\r\n",
        "PROXY TCP4 203.0.113.5\r\n",
        "PROXY TCP4 203.0.113.500 192.0.2.1 40000 443\r\n",
        "PROXY TCP4 example.org 192.0.2.1 40000 443\r\n",
        "PROXY TCP4 203.0.113.5 192.0.2.1 400000 443\r\n",
        "PROXY TCP9 203.0.113.5 192.0.2.1 40000 443\r\n",
      })
  void whatIsNoHeaderIsCutAndCounted(String bytes) throws Exception {
    double before = refusals("proxy-header");
    try (Socket socket = probe.open()) {
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
      assertThat(EdgeProbe.isCut(socket)).isTrue();
    }
    awaitRefusals("proxy-header", before + 1);
  }

  @Test
  void aHeaderThatIsTooLongIsCutAndCounted() throws Exception {
    double before = refusals("proxy-header");
    try (Socket first = probe.open();
        Socket second = probe.open()) {
      first.getOutputStream().write("PROXY TCP4 ".getBytes(StandardCharsets.US_ASCII));
      first.getOutputStream().write("1".repeat(200).getBytes(StandardCharsets.US_ASCII));
      assertThat(EdgeProbe.isCut(first)).isTrue();
      second.getOutputStream().write(v2("203.0.113.7", new byte[4_000]));
      assertThat(EdgeProbe.isCut(second)).isTrue();
    }
    awaitRefusals("proxy-header", before + 2);
  }

  /// Whether its bytes still come or not.
  @Test
  void aHeaderThatIsNeverFinishedIsCut() throws Exception {
    double before = refusals("handshake-timeout");
    byte[] text = v1("TCP4 203.0.113.5 192.0.2.1 40000 443");
    long began = System.nanoTime();
    try (ExecutorService both = Executors.newVirtualThreadPerTaskExecutor();
        Socket silent = probe.open();
        Socket trickling = probe.open();
        Socket binary = probe.open()) {
      silent.getOutputStream().write(text, 0, 15);
      Future<?> other =
          both.submit(() -> HostilePeer.trickle(trickling, text, Duration.ofMillis(200)));
      HostilePeer.trickle(binary, v2("203.0.113.5", new byte[300]), Duration.ofMillis(20));
      other.get();
      assertThat(EdgeProbe.isCut(silent)).isTrue();
    }
    assertThat(HostilePeer.since(began)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(5));
    assertThat(refusals("handshake-timeout")).isEqualTo(before + 3);
  }

  @Test
  void aHeaderFromElsewhereIsNotBelieved() throws Exception {
    double before = refusals("untrusted-proxy");
    try (Socket socket = probe.from("127.0.0.2").open()) {
      assertThat(EdgeProbe.isCut(socket)).isTrue();
    }
    assertThat(refusals("untrusted-proxy")).isEqualTo(before + 1);
  }
}
