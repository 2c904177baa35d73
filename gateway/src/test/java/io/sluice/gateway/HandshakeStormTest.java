package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// More connections at once than a node lets begin.
final class HandshakeStormTest {
  private static final int BURST = 3;
  private static final int MAX_TURNED_AWAY = 2;
  private static final int MAX_PENDING = 40;

  private static Gateway gateway;
  private static EdgeProbe probe;

  @BeforeAll
  static void start() throws Exception {
    gateway =
        TestStack.node(
            "storm",
            Map.of(
                "edge.loops", "1",
                "edge.limit-loopback", "true",
                "edge.handshakes-per-second", "1",
                "edge.handshake-burst", Integer.toString(BURST),
                "edge.max-turned-away", Integer.toString(MAX_TURNED_AWAY),
                "edge.max-pending", Integer.toString(MAX_PENDING),
                "edge.max-pending-per-address", "0",
                "edge.connect-timeout", "30s",
                "edge.handshake-timeout", "30s"));
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

  /// On a slow machine the bucket fills up a little meanwhile.
  @Test
  void beyondTheRateSocketsWaitForA3013AndBeyondTheRoomForThoseTheyAre503() throws Exception {
    double before = refusals("handshake-rate");
    List<Socket> open = new ArrayList<>();
    int refused = 0;
    for (int i = 0; i < 30 && refused == 0; i++) {
      Socket socket = probe.open();
      String head = probe.upgrade(socket, "/connection/websocket");
      if (head.startsWith("HTTP/1.1 503")) {
        assertThat(head).containsPattern("(?i)retry-after: [1-4]\r\n");
        refused++;
        socket.close();
      } else {
        assertThat(head).startsWith("HTTP/1.1 101");
        open.add(socket);
      }
    }
    assertThat(refused).as("of 30 at once").isEqualTo(1);
    assertThat(probe.get("/health")).as("no connection is wanted").startsWith("HTTP/1.1 200");

    long turnedAway = (long) (refusals("handshake-rate") - before) - refused;
    assertThat(turnedAway).isGreaterThanOrEqualTo(MAX_TURNED_AWAY);
    assertThat(open.size() - turnedAway).as("got in").isGreaterThanOrEqualTo(BURST);
    long closed = 0;
    for (Socket socket : open) {
      socket.setSoTimeout(1);
    }
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (closed < turnedAway && System.nanoTime() < deadline) {
      for (Socket socket : List.copyOf(open)) {
        try {
          int code = EdgeProbe.read(socket.getInputStream()).closeCode();
          assertThat(code).isEqualTo(3013);
          closed++;
          open.remove(socket);
          socket.close();
        } catch (java.net.SocketTimeoutException _) {
          // it got in, or its time has not come
        }
      }
    }
    assertThat(closed).isEqualTo(turnedAway);
    for (Socket socket : open) {
      socket.close();
    }
  }

  /// Each from an address of its own.
  @Test
  void socketsThatAreNoConnectionAreBoundedTogether() throws Exception {
    for (int i = 0; i < 2; i++) {
      assertThat(probe.get("/health")).as("the only loop has seen others go").contains(" 200 ");
    }
    double before = refusals("pending");
    List<Socket> within = new ArrayList<>();
    for (int i = 1; i <= MAX_PENDING; i++) {
      within.add(probe.from("127.0.3." + i).open());
    }
    for (int i = 1; i <= 5; i++) {
      try (Socket beyond = probe.from("127.0.4." + i).open()) {
        assertThat(EdgeProbe.isServed(beyond)).as("socket %d", MAX_PENDING + i).isFalse();
      }
    }
    for (Socket socket : within) {
      assertThat(EdgeProbe.isServed(socket)).isTrue();
    }
    assertThat(refusals("pending")).isEqualTo(before + 5);

    within.getFirst().close();
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> {
          try (Socket next = probe.open()) {
            return EdgeProbe.isServed(next);
          }
        });
    for (Socket socket : within) {
      socket.close();
    }
  }
}
