package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How long deliveries took, as a node tells it.
final class DeliveryLatencyTest {
  private static final String TOPIC = "latency.default";
  private static final String NAME = "sluice_delivery_latency_seconds";

  /// More than socket and outbox take.
  private static final int FLOOD = 60;

  private static Gateway node;
  private static EdgeProbe probe;

  @BeforeAll
  static void start() throws Exception {
    node = TestStack.node("latency", Map.of("edge.loops", "2"));
    probe = new EdgeProbe(node.apiPort());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static double count() throws IOException {
    return probe.metric(NAME + "_count{namespace=\"default\"}");
  }

  /// Deliveries that took no longer than so many seconds.
  private static double within(String seconds) throws IOException {
    return probe.metric(NAME + "_bucket{namespace=\"default\",le=\"" + seconds + "\"}");
  }

  /// As of a producer that has taken so long.
  private static void produce(String key, String value, long ageMs) throws Exception {
    TestStack.produce(
        new ProducerRecord<>(
            TOPIC,
            null,
            System.currentTimeMillis() - ageMs,
            TestStack.bytes(key),
            TestStack.bytes(value)));
  }

  @Test
  void everyNamespaceHasItsHistogramFromTheStart() throws Exception {
    String page = probe.get("/metrics");
    assertThat(page).contains("# TYPE " + NAME + " histogram");
    for (String namespace : new String[] {"default", "closed", "text"}) {
      assertThat(page).contains(NAME + "_count{namespace=\"" + namespace + "\"}");
    }
    assertThat(page.lines().filter(line -> line.startsWith(NAME + "_bucket{namespace=\"text\"")))
        .hasSize(16);
  }

  @ParameterizedTest
  @ValueSource(strings = {"websocket", "uni_websocket", "uni_sse"})
  void eachDeliveryCountsWithTheAgeOfItsRecord(String transport) throws Exception {
    String channel = "aged-" + transport;
    double before = count();
    double within = within("2.0");
    try (Socket one = subscribed(transport, channel);
        Socket two = subscribed(transport, channel)) {
      assertThat(Stream.of(one, two)).allMatch(Socket::isConnected);
      produce(channel, "1", 3_500);
      await().until(() -> count() == before + 2);
      assertThat(within("2.0")).as("both took longer").isEqualTo(within);
      assertThat(within("10.0")).isEqualTo(before + 2);
      produce(channel, "2", 0);
      await().until(() -> count() == before + 4);
      assertThat(within("2.0")).isEqualTo(within + 2);
      assertThat(probe.metric(NAME + "_sum{namespace=\"default\"}")).isGreaterThanOrEqualTo(7);
    }
  }

  private static Socket subscribed(String transport, String channel) throws Exception {
    String query = "?channels=" + channel + "&token=" + TestStack.token("ann");
    Socket socket = HostilePeer.narrow(node.edgePort(), 64 * 1024);
    EdgeProbe edge = new EdgeProbe(node.edgePort());
    double before = probe.metric("sluice_edge_subscriptions");
    switch (transport) {
      case "websocket" -> {
        edge.webSocket(socket, "/connection/websocket");
        say(socket, "{\"id\":1,\"connect\":{\"token\":\"" + TestStack.token("ann") + "\"}}");
        say(socket, "{\"id\":2,\"subscribe\":{\"channel\":\"" + channel + "\"}}");
      }
      case "uni_websocket" -> edge.webSocket(socket, "/connection/uni_websocket" + query);
      default ->
          socket
              .getOutputStream()
              .write(
                  ("GET /connection/" + transport + query + " HTTP/1.1\r\nHost: x\r\n\r\n")
                      .getBytes(StandardCharsets.US_ASCII));
    }
    await().until(() -> probe.metric("sluice_edge_subscriptions") == before + 1);
    return socket;
  }

  private static void say(Socket socket, String command) throws IOException {
    socket.getOutputStream().write(EdgeProbe.frame(1, TestStack.bytes(command)));
  }

  /// What is read again would say that the node is slow.
  @Test
  void whatAClientRecoversDoesNotCount() throws Exception {
    double before = count();
    String query = UniClient.query("ann", "past");
    try (Socket stays = subscribed("uni_websocket", "past")) {
      assertThat(stays.isConnected()).isTrue();
      String position;
      try (UniClient client = new UniClient(UniClient.Kind.LINES, node, query, "")) {
        var _ = client.next();
        produce("past", "1", 0);
        assertThat(client.number()).isEqualTo(1);
        position = client.position();
      }
      await().until(() -> count() == before + 2);
      produce("past", "2", 0);
      await().until(() -> count() == before + 3); // the node has read it before the client is back
      try (UniClient back = new UniClient(UniClient.Kind.LINES, node, query, position)) {
        var _ = back.next();
        assertThat(back.number()).isEqualTo(2);
        produce("past", "3", 0);
        assertThat(back.number()).isEqualTo(3);
        await().until(() -> count() == before + 5);
      }
    }
  }

  /// Nothing was written as long as the client does not read: it counts when it does.
  @Test
  void whatTheSocketHasNotTakenDoesNotCountYet() throws Exception {
    double before = count();
    try (Socket stuck = subscribed("uni_websocket", "stuck")) {
      String filling = "\"" + "x".repeat(50_000) + "\"";
      for (int n = 1; n <= FLOOD; n++) {
        produce("stuck", filling, 0);
      }
      await().until(() -> probe.metric("sluice_hub_lagging_subscriptions") == 1);
      double written = count() - before;
      assertThat(written).isLessThan(FLOOD);
      assertThat(probe.metric("sluice_edge_outboxes_bytes")).isPositive();
      Thread.startVirtualThread(() -> drain(stuck));
      await().until(() -> count() - before > written);
      await().until(() -> probe.metric("sluice_hub_lagging_subscriptions") == 0);
      assertThat(count() - before).as("but for what it read from the window").isLessThan(FLOOD);
    }
  }

  private static void drain(Socket socket) {
    try {
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException _) {
      // the test is over
    }
  }
}
