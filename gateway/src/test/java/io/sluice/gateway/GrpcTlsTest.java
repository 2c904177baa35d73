package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.embedded.SelfMadeCertificate;
import io.sluice.gateway.config.OtlpProtocol;
import io.sluice.gateway.config.TracingConfig;
import io.sluice.gateway.telemetry.Tracing;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A collector that speaks gRPC with TLS.
@Tag("full")
final class GrpcTlsTest {
  private static final String STORE = "javax.net.ssl.trustStore";
  private static final String PASSWORD = "javax.net.ssl.trustStorePassword";
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final AtomicInteger requests = new AtomicInteger();
  private final Map<String, Optional<String>> before =
      Map.of(STORE, property(STORE), PASSWORD, property(PASSWORD));
  @TempDir private Path folder;

  private static Optional<String> property(String name) {
    return Optional.ofNullable(System.getProperty(name));
  }

  private static void set(String name, Optional<String> value) {
    value.ifPresentOrElse(it -> System.setProperty(name, it), () -> System.clearProperty(name));
  }

  @AfterEach
  void trustAsBefore() {
    before.forEach(GrpcTlsTest::set);
  }

  /// From here on this JVM trusts this certificate and no other.
  private void trust(SelfMadeCertificate certificate) throws Exception {
    String password = "changeit";
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry(
        "collector",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(
                    certificate.certificate().getBytes(StandardCharsets.US_ASCII))));
    Path file = folder.resolve("trusted.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, password.toCharArray());
    }
    set(STORE, Optional.of(file.toString()));
    set(PASSWORD, Optional.of(password));
  }

  /// Sends one span.
  ///
  /// @param outcome that it is to have
  private void send(int port, String outcome) {
    try (Tracing tracing =
        Tracing.open(
            new TracingConfig("https://127.0.0.1:" + port, OtlpProtocol.GRPC, 1, 100),
            "n-1",
            "1",
            metrics)) {
      SomeSpan.end(tracing);
      await()
          .atMost(PATIENCE)
          .until(() ->
              metrics.get("sluice.traces.spans").tag("outcome", outcome).counter().count() == 1);
    }
  }

  @Test
  void itIsSentSpansIfTheJvmTrustsItsCertificate() throws Exception {
    SelfMadeCertificate certificate = SelfMadeCertificate.create();
    try (OtlpOverGrpc collector =
        OtlpOverGrpc.secured(certificate, _ -> requests.incrementAndGet())) {
      send(collector.port(), "failed");
      assertThat(requests).hasValue(0);

      trust(certificate);
      send(collector.port(), "exported");
      assertThat(requests).hasValue(1);
    }
  }
}
