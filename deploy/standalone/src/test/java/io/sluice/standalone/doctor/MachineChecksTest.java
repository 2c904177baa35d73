package io.sluice.standalone.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.sluice.embedded.FreePorts;
import io.sluice.embedded.SelfMadeCertificate;
import io.sluice.gateway.MemoryBudget;
import io.sluice.gateway.MemoryBudget.Place;
import io.sluice.gateway.PartSettings;
import io.sluice.gateway.config.GatewayConfig;
import io.sluice.gateway.edge.CertificateLook;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the machine must have: descriptors, memory, ports, a certificate, the right time.
class MachineChecksTest {
  private static final long GIB = 1L << 30;
  private static final long MIB = 1L << 20;

  @TempDir Path folder;

  @Test
  void tooFewDescriptorsAreToldWithTheNumberThatIsNeeded() {
    GatewayConfig config =
        Configurations.with("edge.max-connections", "10000", "edge.max-pending", "2000");
    assertThat(descriptors(config, 12_500, 4_096))
        .containsExactly(
            Finding.ok(
                "descriptors",
                "12500 may be open, 12500 are needed at most (edge.max-connections: 10000)"));
    assertThat(descriptors(config, 12_499, 4_096))
        .containsExactly(
            Finding.error(
                "descriptors",
                "12499 may be open, edge.max-connections: 10000 and edge.max-pending: 2000 need 12500",
                "ulimit -n 12500, LimitNOFILE=12500 of a unit, or lower edge.max-connections"));
    assertThat(descriptors(config, 20_000, 128))
        .extracting(Finding::fix)
        .contains("sysctl -w net.core.somaxconn=4096");
    assertThat(
            new DescriptorsCheck(
                    config.edge(),
                    new Machine(GIB, OptionalLong.empty(), OptionalLong.empty()),
                    Level.ERROR)
                .run())
        .extracting(Finding::level)
        .containsExactly(Level.NOT_CHECKED);
  }

  @Test
  void aHeapThatIsTooSmallIsToldWithTheLargestParts() {
    GatewayConfig config = Configurations.with();
    assertThat(memory(config, "1g", Optional.of(12)))
        .satisfies(it -> assertThat(it.level()).isEqualTo(Level.OK))
        .satisfies(it ->
            assertThat(it.said())
                .contains("of heap at most, of 820 that may be (80 % of -Xmx1g, 12 partitions)")
                .contains("most: connections 135, "));
    assertThat(memory(config, "512m", Optional.empty()))
        .satisfies(it -> assertThat(it.level()).isEqualTo(Level.ERROR))
        .satisfies(it ->
            assertThat(it.said())
                .contains("(-Xmx512m, partitions not known)\n")
                .contains("of connections (edge.max-connections)"));
    assertThat(memory(config, "1g", Optional.of(1_000)).said())
        .contains("of window (4 MiB a partition at least)");
  }

  /// The configuration fits the heap, and with what is besides it the container, but the heap does
  /// not.
  @Test
  void aHeapThatTheContainerHasNoRoomForIsAWarning() {
    GatewayConfig config = Configurations.with();
    assertThat(memory(config, "1800m", 2 * GIB))
        .satisfies(it -> assertThat(it.level()).isEqualTo(Level.WARNING))
        .satisfies(it ->
            assertThat(it.said())
                .startsWith("the heap may grow to 1800 MiB (-Xmx1800m, 12 partitions), ")
                .endsWith(" and there are 2048: the system may kill the node"));
    assertThat(memory(config, "1800m", 4 * GIB).level()).isEqualTo(Level.OK);
    assertThat(memory(config, "1g", 2 * GIB).level()).as("as shipped").isEqualTo(Level.OK);
  }

  /// As the sizing guide adds it up: with 5,000 bytes for each of `edge.max-connections`.
  @Test
  void whatTheKernelTakesForConnectionsMustFitTheContainerToo() {
    GatewayConfig config = Configurations.with("edge.max-connections", "60000");
    MemoryBudget budget = PartSettings.budget(config, 12);
    long kernel = 60_000L * 5_000;
    long needed = 1100 * MIB + budget.sum(Place.DIRECT) + budget.sum(Place.JVM) + kernel;

    assertThat(memory(config, "1100m", needed).level()).isEqualTo(Level.OK);
    Finding tooSmall = memory(config, "1100m", needed - MIB);
    assertThat(tooSmall.level()).isEqualTo(Level.WARNING);
    assertThat(tooSmall.said())
        .contains("the kernel 287 for edge.max-connections: 60000, ")
        .contains(" %d in all, and there are %d: ".formatted(mib(needed), mib(needed - MIB)));
    assertThat(tooSmall.fix())
        .isEqualTo(
            "give the machine or container %d MiB, or lower -Xmx or edge.max-connections"
                .formatted(mib(needed)));
    assertThat(memory(config, "1100m", needed - kernel).level())
        .as("room for all but the kernel's part")
        .isEqualTo(Level.WARNING);
  }

  @Test
  void howManyChannelsMoreTheHeapHasRoomForIsTold() {
    GatewayConfig config = Configurations.with("edge.max-connections", "1000");
    long heap = PartSettings.budget(config, 12).sum(Place.HEAP);
    long more = ((1 << 30) / 100 * 80L - heap) / 512 / 1000;
    assertThat(more).isGreaterThan(100);
    assertThat(memory(config, "1g", Optional.of(12)).said())
        .contains("with a channel for each connection and room for %d more each; ".formatted(more));
  }

  private static long mib(long bytes) {
    return Math.ceilDiv(bytes, MIB);
  }

  @Test
  void portsThatAreTakenAreToldUnlessANodeHasThem() throws Exception {
    int edge = FreePorts.next();
    int api = FreePorts.next();
    GatewayConfig config =
        Configurations.with("edge.host", "127.0.0.1", "edge.port", "" + edge, "api.port", "" + api);
    PortsCheck check = new PortsCheck(config);
    assertThat(check.run())
        .containsExactly(
            Finding.ok("ports", "edge.port: %d and api.port: %d are free".formatted(edge, api)));
    try (ServerSocket taken = new ServerSocket(edge, 1, InetAddress.getLoopbackAddress())) {
      assertThat(taken.getLocalPort()).isEqualTo(edge);
      assertThat(check.run())
          .singleElement()
          .satisfies(it -> assertThat(it.level()).isEqualTo(Level.ERROR))
          .satisfies(it -> assertThat(it.said()).startsWith("edge.port: " + edge));
      HttpServer node =
          answering(api, "{\"status\":\"up\",\"details\":{}}"); // as a node's health pages
      try {
        assertThat(check.run()).extracting(Finding::level).containsExactly(Level.OK);
      } finally {
        node.stop(0);
      }
      HttpServer other = answering(api, "<html>");
      try {
        assertThat(check.run())
            .extracting(Finding::level)
            .containsExactly(Level.ERROR, Level.ERROR);
      } finally {
        other.stop(0);
      }
    }
  }

  @Test
  void certificatesAreReadWithTheirKeysAndToldBeforeTheyEnd() throws Exception {
    SelfMadeCertificate made = SelfMadeCertificate.create();
    Path certificate = Files.writeString(folder.resolve("cert.pem"), made.certificate());
    Path key = Files.writeString(folder.resolve("key.pem"), made.privateKey());
    assertThat(certificate(certificate, key).level()).isIn(Level.OK, Level.WARNING);
    assertThat(certificate(certificate, certificate))
        .satisfies(it -> assertThat(it.level()).isEqualTo(Level.ERROR))
        .satisfies(it -> assertThat(it.said()).contains("PKCS#8", "edge.tls.key: " + certificate));
    assertThat(certificate(folder.resolve("none.pem"), key).said()).contains("none.pem");
    assertThat(new CertificateCheck(Configurations.with().edge().tls(), Instant.now()).run())
        .extracting(Finding::level)
        .containsExactly(Level.OK);

    Instant now = Instant.parse("2026-05-01T00:00:00Z");
    assertThat(ending(now, now.plus(Duration.ofDays(15))).level()).isEqualTo(Level.OK);
    assertThat(ending(now, now.plus(Duration.ofDays(13))))
        .satisfies(it -> {
          assertThat(it.level()).isEqualTo(Level.WARNING);
          assertThat(it.said()).isEqualTo("CN=a is good for 13 days");
        });
    assertThat(ending(now, now).said()).isEqualTo("CN=a ended at 2026-05-01T00:00:00Z");
    assertThat(
            CertificateCheck.judge(
                    new CertificateLook("CN=a", now.plusSeconds(1), now.plusSeconds(2)), now)
                .level())
        .isEqualTo(Level.ERROR);
  }

  @Test
  void theKernelsBacklogIsReadWhole() throws Exception {
    Path file = Path.of("/proc/sys/net/core/somaxconn");
    OptionalLong said = OptionalLong.empty(); // another system
    if (Files.exists(file)) {
      Process cat = new ProcessBuilder("cat", file.toString()).start();
      String text = new String(cat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      said = OptionalLong.of(Long.parseLong(text.strip()));
    }
    assertThat(Machine.here().backlog()).isEqualTo(said);
  }

  @Test
  void clocksThatAreApartAreToldByHowMuch() {
    assertThat(Skew.judge("Kafka's clock", Duration.ofMillis(-900)).level()).isEqualTo(Level.OK);
    assertThat(Skew.judge("Kafka's clock", Duration.ofMillis(-1_100)))
        .satisfies(it -> assertThat(it.level()).isEqualTo(Level.WARNING))
        .satisfies(
            it -> assertThat(it.said()).isEqualTo("Kafka's clock is 1.1 s behind this machine's"));
    assertThat(Skew.judge("Redis' clock", Duration.ofMillis(5_100)))
        .satisfies(it -> assertThat(it.level()).isEqualTo(Level.ERROR))
        .satisfies(
            it -> assertThat(it.said()).isEqualTo("Redis' clock is 5.1 s ahead of this machine's"));
  }

  private static Finding ending(Instant now, Instant until) {
    return CertificateCheck.judge(new CertificateLook("CN=a", Instant.EPOCH, until), now);
  }

  private static Finding certificate(Path certificate, Path key) {
    GatewayConfig config =
        Configurations.with(
            "edge.tls.certificate", certificate.toString(), "edge.tls.key", key.toString());
    return new CertificateCheck(config.edge().tls(), Instant.now()).run().getFirst();
  }

  private static List<Finding> descriptors(GatewayConfig config, long most, long backlog) {
    return new DescriptorsCheck(
            config.edge(),
            new Machine(GIB, OptionalLong.of(most), OptionalLong.of(backlog)),
            Level.ERROR)
        .run();
  }

  private static Finding memory(GatewayConfig config, String heap, Optional<Integer> partitions) {
    return memory(config, heap, 8 * GIB, partitions);
  }

  private static Finding memory(GatewayConfig config, String heap, long machine) {
    return memory(config, heap, machine, Optional.of(12));
  }

  private static Finding memory(
      GatewayConfig config, String heap, long machine, Optional<Integer> partitions) {
    return new MemoryCheck(
            config,
            NodeHeap.ofSize(heap).orElseThrow(),
            new Machine(machine, OptionalLong.empty(), OptionalLong.empty()),
            () -> partitions)
        .run()
        .getFirst();
  }

  private static HttpServer answering(int port, String body) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    return server;
  }
}
