package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A thousand clients of a node that leaves come to one that admits 150 a second: what it has to
/// turn away. Prints the seconds for the guide to operating.
@Tag("full")
final class DrainRampTest {
  private static final int CLIENTS = 1_000;
  private static final int ADMITTED = 150;
  private static final int BURST = 100;

  private final AtomicInteger connected = new AtomicInteger();
  private final AtomicInteger attempts = new AtomicInteger();
  private final ConcurrentLinkedQueue<Long> toldAt = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Long> backAt = new ConcurrentLinkedQueue<>();

  private static Gateway node(String id, Map<String, String> settings) throws Exception {
    Map<String, String> all = new HashMap<>(settings);
    all.put("node.id", id);
    all.put("edge.handshakes-per-second", Integer.toString(ADMITTED));
    all.put("edge.handshake-burst", Integer.toString(BURST));
    all.put("edge.ping-interval", "10m"); // these clients do not answer pings
    return TestStack.node("ramp", all);
  }

  private static Socket connect(int port, String user) throws IOException {
    EdgeProbe edge = new EdgeProbe(port);
    Socket socket = edge.webSocket("/connection/websocket");
    socket.setSoTimeout(0);
    String connect = "{\"id\":1,\"connect\":{\"token\":\"" + TestStack.token(user) + "\"}}";
    socket.getOutputStream().write(EdgeProbe.frame(1, TestStack.bytes(connect)));
    return socket;
  }

  private void client(Gateway leaves, Gateway stays, String user) {
    try {
      try (Socket first = connect(leaves.edgePort(), user)) {
        assertThat(EdgeProbe.read(first.getInputStream()).text()).contains("connect");
        connected.incrementAndGet();
        assertThat(EdgeProbe.closeCode(first.getInputStream())).isEqualTo(3001);
        toldAt.add(System.nanoTime());
      }
      while (!isBack(stays, user)) {
        Thread.sleep(ThreadLocalRandom.current().nextInt(1_000)); // as SDKs do
      }
      backAt.add(System.nanoTime());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean isBack(Gateway stays, String user) {
    attempts.incrementAndGet();
    try (Socket again = connect(stays.edgePort(), user)) {
      return EdgeProbe.read(again.getInputStream()).opcode() == 1;
    } catch (IOException _) {
      return false; // 503
    }
  }

  /// @return how many were turned away before all were back
  private int leave(String how, String duration) throws Exception {
    connected.set(0);
    attempts.set(0);
    toldAt.clear();
    backAt.clear();
    Gateway leaves = node(how + "-leaves", Map.of("drain.duration", duration));
    try (Gateway stays = node(how + "-stays", Map.of("edge.limit-loopback", "true"))) {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() ->
              new EdgeProbe(leaves.apiPort())
                  .get("/api/v1/nodes", "X-API-Key: " + TestStack.API_KEY)
                  .contains(how + "-stays"));
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        String user = "user-" + i;
        clients.add(Thread.startVirtualThread(() -> client(leaves, stays, user)));
      }
      await().atMost(Duration.ofSeconds(30)).until(() -> connected.get() == CLIENTS);
      long from = System.nanoTime();
      leaves.close();
      for (Thread client : clients) {
        assertThat(client.join(Duration.ofSeconds(60))).isTrue();
      }
      System.out.printf(
          "%s: told by second %s, back by second %s, turned away %d%n",
          how, bySecond(toldAt, from), bySecond(backAt, from), attempts.get() - CLIENTS);
      assertThat(backAt).hasSize(CLIENTS);
    } finally {
      leaves.close();
    }
    return attempts.get() - CLIENTS;
  }

  private static List<Integer> bySecond(Iterable<Long> times, long from) {
    List<Integer> counts = new ArrayList<>();
    for (long time : times) {
      int second = (int) TimeUnit.NANOSECONDS.toSeconds(time - from);
      while (counts.size() <= second) {
        counts.add(0);
      }
      counts.set(second, counts.get(second) + 1);
    }
    return counts;
  }

  /// Where the machine has stood still, the node that leaves makes up for it, all at once.
  @Test
  void nobodyIsTurnedAwayByTheNodeThatStays() throws Exception {
    List<Integer> turnedAway = new ArrayList<>();
    do {
      turnedAway.add(leave("paced-" + turnedAway.size(), "5s"));
    } while (turnedAway.getLast() >= CLIENTS / 20 && turnedAway.size() < 3);
    assertThat(turnedAway.getLast()).as("the last of %s", turnedAway).isLessThan(CLIENTS / 20);
  }

  @Test
  void atOnceMostAre() throws Exception {
    assertThat(leave("at-once", "0s")).isGreaterThan(CLIENTS / 2);
  }
}
