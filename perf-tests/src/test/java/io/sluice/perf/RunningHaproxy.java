package io.sluice.perf;

import io.sluice.embedded.FreePorts;
import io.sluice.embedded.SelfMadeCertificate;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;

/// A real HAProxy with the configuration that is shipped, in front of two nodes; the second one
/// gets PROXY headers. Only addresses and the certificate are this test's own.
final class RunningHaproxy implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final RunningCommand command;
  private final int plain;
  private final int tls;
  private final int statistics;

  private RunningHaproxy(RunningCommand command, int plain, int tls, int statistics) {
    this.command = command;
    this.plain = plain;
    this.tls = tls;
    this.statistics = statistics;
  }

  static RunningHaproxy start(String name, int firstNode, int secondNode) throws IOException {
    int plain = FreePorts.next();
    int tls = FreePorts.next();
    int statistics = FreePorts.next();
    SelfMadeCertificate made = SelfMadeCertificate.create();
    Path certificate = RunningCommand.output(name + "/haproxy.pem");
    Files.writeString(certificate, made.certificate() + "\n" + made.privateKey() + "\n");
    String shipped = Files.readString(Sluice.ROOT.resolve("deploy/examples/haproxy/haproxy.cfg"));
    String config = replaced(shipped, "bind :80\n", "bind 127.0.0.1:" + plain + "\n");
    config = replaced(config, "bind :443 ", "bind 127.0.0.1:" + tls + " ");
    config = replaced(config, "/etc/haproxy/sluice.pem", certificate.toString());
    config = replaced(config, "127.0.0.1:8404\n", "127.0.0.1:" + statistics + "\n");
    config = replaced(config, "10.0.0.11:8000\n", "127.0.0.1:" + firstNode + "\n");
    config =
        replaced(
            config,
            "10.0.0.12:8000\n",
            "127.0.0.1:" + secondNode + " send-proxy-v2 check-send-proxy\n");
    Path file = RunningCommand.output(name + "/haproxy.cfg");
    Files.writeString(file, config);
    var started =
        RunningCommand.start(
            name + "/haproxy",
            java.util.Map.of(),
            java.util.List.of(executable(), "-db", "-f", file.toString()));
    RunningHaproxy haproxy = new RunningHaproxy(started, plain, tls, statistics);
    haproxy.awaitUp("node-1");
    haproxy.awaitUp("node-2");
    return haproxy;
  }

  private static String replaced(String config, String text, String by) {
    if (!config.contains(text)) {
      throw new AssertionError("the shipped configuration has no '" + text + "'");
    }
    return config.replace(text, by);
  }

  /// `HAPROXY` may name it; Debian keeps it where only root looks.
  static String executable() {
    String named = Objects.requireNonNullElse(System.getenv("HAPROXY"), "");
    return Stream.of(named, "/usr/sbin/haproxy", "/usr/bin/haproxy", "/usr/local/sbin/haproxy")
        .filter(path -> !path.isEmpty() && Files.isExecutable(Path.of(path)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no HAProxy; HAPROXY may name it"));
  }

  URI webSocket() {
    return URI.create("ws://127.0.0.1:" + plain + "/connection/websocket");
  }

  /// Without TLS.
  URI http(String path) {
    return URI.create("http://127.0.0.1:" + plain + path);
  }

  /// With TLS, and HTTP/2 for who can.
  URI https(String path) {
    return URI.create("https://127.0.0.1:" + tls + path);
  }

  /// Waits until it sends clients there.
  void awaitUp(String server) {
    Eventually.so(
        LIMIT,
        () -> !command.handle().isAlive() || isUp(statistics(statistics), server),
        this::toString);
  }

  /// Whether clients are sent there.
  static boolean isUp(String statistics, String server) {
    return statistics
        .lines()
        .anyMatch(line -> line.startsWith("nodes," + server + ",") && line.contains(",UP,"));
  }

  /// Of the HAProxy that shows them on this port.
  static String statistics(int port) {
    URI csv = URI.create("http://127.0.0.1:" + port + "/;csv");
    try {
      return HTTP.send(HttpRequest.newBuilder(csv).build(), BodyHandlers.ofString()).body();
    } catch (IOException _) {
      return ""; // it does not listen yet
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    command.close();
  }

  @Override
  public String toString() {
    return command + "\n" + statistics(statistics);
  }
}
