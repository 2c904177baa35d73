package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.embedded.SelfMadeCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// TLS spoken by the edge itself.
final class TlsTest {
  @TempDir private static Path folder;
  private static SelfMadeCertificate first;
  private static Gateway gateway;
  private static EdgeProbe plain;

  @BeforeAll
  static void start() throws Exception {
    first = SelfMadeCertificate.create();
    put(first.certificate(), first.privateKey());
    gateway = TestStack.node("tls", settings());
    plain = new EdgeProbe(gateway.edgePort());
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static Map<String, String> settings() {
    return Map.of(
        "edge.tls.certificate",
        folder.resolve("cert.pem").toString(),
        "edge.tls.key",
        folder.resolve("key.pem").toString(),
        "edge.tls.reload",
        "100ms");
  }

  private static void put(String certificate, String key) throws IOException {
    Files.writeString(folder.resolve("cert.pem"), certificate);
    Files.writeString(folder.resolve("key.pem"), key);
  }

  private static double metric(String name) throws IOException {
    return new EdgeProbe(gateway.apiPort()).metric(name);
  }

  private static double certificates(String outcome) throws IOException {
    return metric("sluice_edge_certificates_total{outcome=\"" + outcome + "\"}");
  }

  /// The tests look at the certificate themselves.
  private static final class Anyone implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
      throw new IllegalStateException("this is the client");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
      assertThat(chain).isNotEmpty();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private static SSLSocket secure(String... protocols) throws Exception {
    return secure(gateway.edgePort(), List.of("h2", "http/1.1"), protocols);
  }

  private static SSLSocket secure(int port, List<String> applications, String... protocols)
      throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Anyone()}, new SecureRandom());
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(15_000);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(applications.toArray(String[]::new));
    if (protocols.length > 0) {
      parameters.setProtocols(protocols);
    }
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private static String certificateOf(SSLSocket socket) throws Exception {
    return Base64.getMimeEncoder(64, new byte[] {'\n'})
        .encodeToString(socket.getSession().getPeerCertificates()[0].getEncoded());
  }

  private static String certificateNow() throws Exception {
    try (SSLSocket socket = secure()) {
      return certificateOf(socket);
    }
  }

  /// Unix time, seconds.
  private static double endOfCertificateNow() throws Exception {
    try (SSLSocket socket = secure()) {
      X509Certificate served = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return served.getNotAfter().toInstant().getEpochSecond();
    }
  }

  /// Each handshake costs a signature, and no limit counts those on a connection that is there.
  @Test
  void anotherHandshakeOnTheSameConnectionIsRefused() throws Exception {
    double before = metric("sluice_edge_refusals_total{reason=\"tls-handshake\"}");
    try (SSLSocket socket = secure(gateway.edgePort(), List.of(), "TLSv1.2")) {
      askForHealth(socket);
      socket.startHandshake(); // says so; it is done with the next bytes
      assertThatThrownBy(() -> askForHealth(socket)).isInstanceOf(IOException.class);
    }
    await() // the peer is told first, and counted then
        .atMost(Duration.ofSeconds(10))
        .until(() -> metric("sluice_edge_refusals_total{reason=\"tls-handshake\"}") == before + 1);
  }

  private static void askForHealth(Socket socket) throws IOException {
    socket.getOutputStream().write(TestStack.bytes("GET /health HTTP/1.1\r\nHost: x\r\n\r\n"));
    if (!EdgeProbe.head(socket.getInputStream()).startsWith("HTTP/1.1 200")) {
      throw new IOException("no answer");
    }
  }

  private static void echo(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(EdgeProbe.frame(1, TestStack.bytes(text)));
    assertThat(EdgeProbe.read(socket.getInputStream()).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void requestsAndWebSocketsGoThroughTls(String version) throws Exception {
    try (SSLSocket socket = secure(version)) {
      assertThat(socket.getSession().getProtocol()).isEqualTo(version);
      assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
      assertThat(first.certificate()).contains(certificateOf(socket));
      assertThat(metric("sluice_edge_certificate_end_seconds")).isEqualTo(endOfCertificateNow());
      socket
          .getOutputStream()
          .write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(EdgeProbe.head(socket.getInputStream())).startsWith("HTTP/1.1 200");
      assertThat(plain.upgrade(socket, "/connection/echo")).startsWith("HTTP/1.1 101");
      echo(socket, "x".repeat(100_000));
      socket.getOutputStream().write(EdgeProbe.frame(8, new byte[] {3, (byte) 232}));
      assertThat(EdgeProbe.closeCode(socket.getInputStream())).isEqualTo(1000);
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void whatIsNotTlsIsCutAndCounted() throws Exception {
    double before = metric("sluice_edge_refusals_total{reason=\"tls-handshake\"}");
    assertThat(plain.get("/health")).doesNotContain("HTTP/1.1");
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() ->
            assertThat(metric("sluice_edge_refusals_total{reason=\"tls-handshake\"}"))
                .isEqualTo(before + 1));
  }

  /// Whether its bytes still come or not.
  @Test
  void aTlsHandshakeThatIsNeverFinishedIsCut() throws Exception {
    Map<String, String> hasty = new HashMap<>(settings());
    hasty.put("edge.handshake-timeout", "1s");
    byte[] hello = clientHello();
    try (Gateway other = TestStack.node("tls", hasty)) {
      EdgeProbe probe = new EdgeProbe(other.edgePort());
      long began = System.nanoTime();
      try (Socket silent = probe.open();
          Socket trickling = probe.open()) {
        silent.getOutputStream().write(hello, 0, hello.length / 2);
        HostilePeer.trickle(trickling, hello, Duration.ofMillis(50));
        assertThat(HostilePeer.since(began))
            .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(5));
        assertThat(silent.getInputStream().readAllBytes())
            .as("an alert at most, then the end")
            .hasSizeLessThan(20);
      }
      EdgeProbe metrics = new EdgeProbe(other.apiPort());
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() ->
              metrics.metric("sluice_edge_refusals_total{reason=\"handshake-timeout\"}") == 2);
    }
  }

  private static byte[] clientHello() throws Exception {
    SSLEngine client = TestTls.client().createSSLEngine();
    client.setUseClientMode(true);
    ByteBuffer hello = ByteBuffer.allocate(client.getSession().getPacketBufferSize());
    client.wrap(ByteBuffer.allocate(0), hello);
    return Arrays.copyOf(hello.array(), hello.position());
  }

  @Test
  void aNewPairIsTakenOverWhileOldConnectionsGoOnAndABadOneChangesNothing() throws Exception {
    SelfMadeCertificate second = SelfMadeCertificate.create();
    try (SSLSocket old = secure()) {
      assertThat(plain.upgrade(old, "/connection/echo")).startsWith("HTTP/1.1 101");
      put(second.certificate(), second.privateKey());
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> assertThat(second.certificate()).contains(certificateNow()));
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> metric("sluice_edge_certificate_end_seconds") == endOfCertificateNow());
      echo(old, "still there");

      double refused = certificates("refused");
      Files.writeString(folder.resolve("cert.pem"), "no certificate");
      await().atMost(Duration.ofSeconds(10)).until(() -> certificates("refused") > refused);
      assertThat(second.certificate()).contains(certificateNow());

      double mismatched = certificates("refused");
      Files.writeString(folder.resolve("cert.pem"), first.certificate());
      await().atMost(Duration.ofSeconds(10)).until(() -> certificates("refused") > mismatched);
      assertThat(second.certificate()).as("the key is another's").contains(certificateNow());

      Files.delete(folder.resolve("cert.pem"));
      assertThat(second.certificate()).contains(certificateNow());
      echo(old, "and still");
    } finally {
      put(first.certificate(), first.privateKey());
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> assertThat(first.certificate()).contains(certificateNow()));
    }
  }

  @Test
  void aNodeWithoutAGoodCertificateDoesNotStart(@TempDir Path other) throws Exception {
    Path cert = Files.writeString(other.resolve("cert.pem"), first.certificate());
    Path key = Files.writeString(other.resolve("key.pem"), "none");
    assertThatThrownBy(() ->
            Gateway.start(
                TestStack.config(
                    "tls",
                    Map.of(
                        "edge.tls.certificate", cert.toString(),
                        "edge.tls.key", key.toString()))))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("edge.tls.key: " + key)
        .hasMessageContaining("PKCS#8");
  }

  /// What it asks for is not known before its handshake has cost what costs most.
  @Test
  void handshakesBeyondTheRateAreCutBeforeTheyAreSigned() throws Exception {
    Map<String, String> limited = new HashMap<>(settings());
    limited.put("edge.limit-loopback", "true");
    limited.put("edge.handshakes-per-second", "1");
    limited.put("edge.handshake-burst", "2");
    try (Gateway other = TestStack.node("tls-rate", limited)) {
      int cut = 0;
      for (int i = 0; i < 20 && cut == 0; i++) {
        try (SSLSocket socket = secure(other.edgePort(), List.of())) {
          assertThat(socket.getSession().isValid()).isTrue();
        } catch (IOException _) {
          cut++;
        }
      }
      assertThat(cut).as("of 20 at once").isEqualTo(1);
      EdgeProbe metrics = new EdgeProbe(other.apiPort());
      await()
          .atMost(Duration.ofSeconds(10))
          .until(
              () -> metrics.metric("sluice_edge_refusals_total{reason=\"handshake-rate\"}") == 1);
    }
  }
}
