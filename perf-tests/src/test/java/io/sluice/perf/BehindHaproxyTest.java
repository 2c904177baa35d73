package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Two nodes behind a real HAProxy with the configuration that is shipped. A third node, which
/// nobody uses, keeps the `up` alive whose Kafka they share.
@Tag("full")
@ExtendWith(Sluice.class)
final class BehindHaproxyTest {
  private static final String NAME = BehindHaproxyTest.class.getSimpleName();
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int PER_SECOND = 300;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir static Path data;
  private static RunningUp up;
  private static RunningHaproxy haproxy;
  private static final List<Member> members = new ArrayList<>();

  /// A node behind the proxy, which can be started again.
  private static final class Member {
    final String id;
    final RunningUp.Ports ports = RunningUp.Ports.free(1);
    final Path config;
    RunningGateway gateway;
    private int starts;

    Member(String id, boolean withProxyHeader) throws IOException {
      this.id = id;
      this.config = data.resolve(id + ".yaml");
      String ups = Files.readString(data.resolve("node-1.yaml"));
      Files.writeString(
          config,
          ups.replaceFirst("id: .*", "id: " + id)
              .replaceFirst("port: " + up.node().edge().getPort(), "port: " + ports.edge())
              .replaceFirst("port: " + up.node().api().getPort(), "port: " + ports.api())
              .replaceFirst("announce: 0s", "announce: 3s")
              .replaceFirst(
                  "\n  echo: true",
                  withProxyHeader
                      ? "\n  proxy-protocol: required\n  trusted-proxies: [127.0.0.0/8]"
                      : ""));
      start();
    }

    void start() throws IOException {
      gateway = RunningGateway.start("%s/%s-%d".formatted(NAME, id, ++starts), config, api("/"));
    }

    URI api(String path) {
      return URI.create("http://127.0.0.1:" + ports.api() + path);
    }
  }

  @BeforeAll
  static void start() throws Exception {
    up = RunningUp.start(NAME, RunningUp.Ports.free(1), 1, "--data=" + data);
    members.add(new Member("behind-1", false));
    members.add(new Member("behind-2", true));
    haproxy = RunningHaproxy.start(NAME, members.get(0).ports.edge(), members.get(1).ports.edge());
  }

  @AfterAll
  static void stop() throws Exception {
    haproxy.close();
    members.forEach(member -> member.gateway.close());
    up.close();
  }

  private static NumberedRecords records(List<String> channels) throws IOException {
    return new NumberedRecords(up.runFile().kafka(), "sluice.default", channels);
  }

  /// A client of the protocol that hears on a stream and speaks by emulation.
  private static final class Emulated implements AutoCloseable {
    final BufferedReader lines;
    final String session;
    final String node;

    Emulated(HttpRequest request) throws Exception {
      lines =
          new BufferedReader(
              new InputStreamReader(
                  HTTP.send(request, BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8));
      JsonNode reply = next("connect").path("connect");
      session = reply.path("session").asText();
      node = reply.path("node").asText();
    }

    int says(String command) throws Exception {
      String body =
          JSON.writeValueAsString(
              java.util.Map.of("session", session, "node", node, "data", command));
      HttpRequest request =
          HttpRequest.newBuilder(haproxy.http("/emulation"))
              .POST(BodyPublishers.ofString(body))
              .build();
      return HTTP.send(request, BodyHandlers.discarding()).statusCode();
    }

    JsonNode next(String what) throws IOException {
      while (true) {
        String line = Objects.requireNonNull(lines.readLine(), "the stream has ended");
        if (line.contains("\"" + what + "\"")) {
          return JSON.readTree(line.substring(line.indexOf('{')));
        }
      }
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }

  @Test
  @Timeout(60)
  void everyTransportWorksThroughIt() throws Exception {
    List<String> channels = List.of("transports");
    String connect = "{\"id\":1,\"connect\":{\"token\":\"" + up.token() + "\"}}";
    HttpRequest stream =
        HttpRequest.newBuilder(haproxy.http("/connection/http_stream"))
            .POST(BodyPublishers.ofString(connect))
            .build();
    HttpRequest sse =
        HttpRequest.newBuilder(
                haproxy.http(
                    "/connection/sse?cf_connect="
                        + URLEncoder.encode(connect, StandardCharsets.UTF_8)))
            .build();
    awaitNobody(); // whom another test has left
    try (NumberedRecords records = records(channels);
        Audience audience = new Audience(up, channels);
        Emulated lines = new Emulated(stream);
        Emulated events = new Emulated(sse)) {
      assertThat(lines.node).as("the fewest connections").isNotEqualTo(events.node);
      for (Emulated client : List.of(lines, events)) {
        for (int i = 0; i < 6; i++) {
          String channel = i == 0 ? "transports" : "other-" + i;
          assertThat(
                  client.says(
                      "{\"id\":%d,\"subscribe\":{\"channel\":\"%s\"}}".formatted(i + 2, channel)))
              .isEqualTo(204);
          assertThat(client.next("subscribe").path("id").asInt()).isEqualTo(i + 2);
        }
      }
      // the nodes had as many streams, so the commands went to both, and half of them on from there
      for (Member member : members) {
        assertThat(
                metric(
                    member,
                    "sluice_edge_handshakes_total{outcome=\"204\",transport=\"emulation\"}"))
            .as("commands that came to %s", member.id)
            .isPositive();
      }
      audience.join("websocket", 2, List.of(haproxy.webSocket()));
      try (UniClients unis = new UniClients("transports")) {
        unis.awaitNodes(1);
        records.send(20, PER_SECOND);
        audience.assertAllReceived(records.published(), LIMIT);
        unis.assertReceived(20);
      }
      for (Emulated client : List.of(lines, events)) {
        for (int n = 0; n < 20; n++) {
          JsonNode data = client.next("pub").path("push").path("pub").path("data");
          assertThat(data.path("n").asInt()).isEqualTo(n);
        }
      }
    }
  }

  /// One for each transport without commands.
  private static final class UniClients implements AutoCloseable {
    final List<UniClient> all;

    UniClients(String channel) {
      all =
          Stream.of(UniClient.Kind.values())
              .map(kind -> new UniClient(kind, haproxy, up.token(), channel))
              .toList();
    }

    void awaitNodes(int count) {
      Eventually.so(
          LIMIT, () -> all.stream().allMatch(c -> c.nodes().size() >= count), all::toString);
    }

    void assertReceived(long count) {
      Eventually.so(
          LIMIT, () -> all.stream().allMatch(c -> c.numbers().size() >= count), all::toString);
      List<Long> numbers = LongStream.range(0, count).boxed().toList();
      assertThat(all)
          .allSatisfy(
              client -> assertThat(client.numbers()).as(client::toString).isEqualTo(numbers));
    }

    @Override
    public void close() {
      all.forEach(UniClient::close);
    }
  }

  @Test
  @Timeout(150)
  void aRollingRestartUnderSteadyPublishingLosesAndRepeatsNothing() throws Exception {
    List<String> channels = List.of("rolling", "rolling-1", "rolling-2", "rolling-3");
    try (NumberedRecords records = records(channels);
        Audience audience = new Audience(up, channels);
        UniClients unis = new UniClients("rolling")) {
      audience.join("websocket", 4, List.of(haproxy.webSocket()));
      unis.awaitNodes(1);
      try (Flow flow = new Flow(records, PER_SECOND)) {
        flow.await(PER_SECOND);
        for (int i = 0; i < members.size(); i++) {
          Member member = members.get(i);
          member.gateway.stop(); // SIGTERM, and waits until it has left
          flow.await(PER_SECOND);
          member.start();
          haproxy.awaitUp("node-" + (i + 1));
          flow.await(PER_SECOND);
        }
      }
      audience.assertAllReceived(records.published(), LIMIT);
      unis.assertReceived(records.published().getOrDefault("rolling", 0L));
      assertThat(unis.all).allSatisfy(client -> assertThat(client.nodes()).hasSizeBetween(2, 3));
    }
  }

  @Test
  @Timeout(120)
  void aBrowserWhoseNodeIsKilledGoesOnAtTheOtherAndMissesNothing() throws Exception {
    List<String> channels = List.of("browser");
    String query = "token=" + up.token() + "&channels=browser";
    try (NumberedRecords records = records(channels);
        ResumingPage page = ResumingPage.open(haproxy.https("/health"), query)) {
      ResumingPage.Reader events = page.eventSource();
      ResumingPage.Reader socket = page.webSocket();
      Eventually.so(
          LIMIT,
          () ->
              !events.nodes().isEmpty()
                  && !socket.nodes().isEmpty()
                  && page.further() >= ResumingPage.FURTHER,
          page::toString);
      for (ResumingPage.Reader reader : List.of(events, socket)) {
        String dying = reader.nodes().getLast();
        int before = reader.nodes().size();
        Member member = members.stream().filter(m -> m.id.equals(dying)).findFirst().orElseThrow();
        try (Flow flow = new Flow(records, PER_SECOND)) {
          flow.await(PER_SECOND);
          member.gateway.close(); // kill -9
          Eventually.so(LIMIT, () -> reader.nodes().size() > before, page::toString);
          flow.await(PER_SECOND);
        }
        assertThat(reader.nodes().getLast()).isNotEqualTo(dying);
        member.start();
        haproxy.awaitUp("node-" + (members.indexOf(member) + 1));
      }
      long published = records.published().getOrDefault("browser", 0L);
      List<Long> all = LongStream.range(0, published).boxed().toList();
      for (ResumingPage.Reader reader : List.of(events, socket)) {
        Eventually.so(LIMIT, () -> reader.numbers().size() >= published, page::toString);
        assertThat(reader.numbers()).isEqualTo(all);
        assertThat(reader.recovered().stream().skip(1)).allMatch(Boolean.TRUE::equals);
      }
    }
  }

  private static void awaitNobody() {
    Eventually.so(
        LIMIT,
        () -> members.stream().mapToDouble(m -> metric(m, "sluice_edge_connections")).sum() == 0,
        haproxy::toString);
  }

  private static double metric(Member member, String name) {
    String metrics;
    try {
      HttpRequest request = HttpRequest.newBuilder(member.api("/metrics")).build();
      metrics = HTTP.send(request, BodyHandlers.ofString()).body();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError("no metrics of " + member.id, e);
    }
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .sum();
  }
}
