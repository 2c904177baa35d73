package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A node leaves and another one stays: clients go in waves, and are served until they do.
final class PacedDrainTest {
  private static final String TOPIC = "paced.default";
  private static final int CLIENTS = 20;
  private static final int SECONDS = 4;

  private static Gateway stays;

  @BeforeAll
  static void start() throws Exception {
    stays = node("stays", Map.of());
  }

  @AfterAll
  static void stop() {
    stays.close();
  }

  private static Gateway node(String id, Map<String, String> settings) throws Exception {
    Map<String, String> all = new HashMap<>(settings);
    all.put("node.id", id);
    return TestStack.node("paced", all);
  }

  private static Gateway besides(String id, Map<String, String> settings) throws Exception {
    Gateway node = node(id, settings);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() ->
            new EdgeProbe(node.apiPort())
                .get("/api/v1/nodes", "X-API-Key: " + TestStack.API_KEY)
                .contains("stays"));
    return node;
  }

  private static int number(JsonNode publication) {
    return publication.path("data").asInt();
  }

  /// What it has received and has not been looked at, oldest first.
  private static List<Integer> numbers(Follower follower) {
    return follower.rest().stream()
        .map(message -> message.has("push") ? message.path("push").path("pub") : message)
        .filter(publication -> publication.has("data"))
        .map(PacedDrainTest::number)
        .toList();
  }

  @Test
  void clientsGoInWavesAreServedUntilThenAndLoseNothing() throws Exception {
    Gateway leaves = besides("leaves", Map.of("drain.duration", SECONDS + "s"));
    AtomicBoolean published = new AtomicBoolean();
    ConcurrentLinkedQueue<Long> goneAt = new ConcurrentLinkedQueue<>();
    List<Follower> clients = new ArrayList<>();
    try {
      for (int i = 0; i < CLIENTS; i++) {
        Follower client = Follower.of(leaves, "a");
        var _ = client.client().closed().thenAccept(_ -> goneAt.add(System.nanoTime()));
        clients.add(client);
      }
      int[] last = new int[1];
      Thread publishing = Thread.startVirtualThread(() -> last[0] = publish(published));
      try (Follower early = Follower.of(leaves, "a")) {
        early.next(); // then the others have heard something, too
      }
      long from = System.nanoTime();
      Thread closing = Thread.startVirtualThread(leaves::close);
      assertThat(closing.join(Duration.ofSeconds(20))).isTrue();
      published.set(true);
      publishing.join();

      for (Follower client : clients) {
        assertThat(client.client().closeCode()).isEqualTo(3001);
      }
      List<Long> millis =
          goneAt.stream().map(at -> TimeUnit.NANOSECONDS.toMillis(at - from)).toList();
      System.out.println("gone after ms " + millis);
      // how evenly is DrainPaceTest's: a node that could not run for a while makes up for it
      assertThat(millis.getLast() - millis.getFirst()).as("not all at once").isGreaterThan(1_000);

      List<Integer> lastHeard = new ArrayList<>();
      for (Follower client : clients) {
        List<Integer> heard = new ArrayList<>(numbers(client));
        lastHeard.add(heard.getLast());
        Follower back =
            Follower.at(stays, "a", client.epoch(), client.offset() + heard.getLast() + 1);
        clientIsWhole(back, heard, last[0]);
      }
      assertThat(lastHeard.stream().mapToInt(it -> it).max().orElseThrow())
          .as("the last to go heard more than the first")
          .isGreaterThan(lastHeard.stream().mapToInt(it -> it).min().orElseThrow() + 3);
    } finally {
      published.set(true);
      clients.forEach(Follower::close);
      leaves.close();
    }
  }

  /// Numbers from 0 on, one every 20 ms.
  ///
  /// @return the last one
  private static int publish(AtomicBoolean until) {
    try {
      int next = 0;
      while (!until.get()) {
        var _ = TestStack.produce(TOPIC, "a", Integer.toString(next++));
        Thread.sleep(20);
      }
      return next - 1;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void clientIsWhole(Follower back, List<Integer> heard, int last) throws Exception {
    try (back) {
      assertThat(back.again()).as("recovered").isTrue();
      while (heard.getLast() < last) {
        heard.add(Integer.parseInt(back.next()));
      }
    }
    assertThat(heard).isEqualTo(IntStream.rangeClosed(0, last).boxed().toList());
  }

  @Test
  void theApiAnswersWhileClientsAreServedAndNobodyComesIn() throws Exception {
    Gateway leaves = besides("asked", Map.of("drain.duration", "60s"));
    EdgeProbe api = new EdgeProbe(leaves.apiPort());
    try (TestClient client = TestClient.connected(leaves, "ann")) {
      Thread closing = Thread.startVirtualThread(leaves::close);
      await().until(() -> isRefused(leaves));
      assertThat(api.get("/health/ready")).startsWith("HTTP/1.1 503");
      assertThat(api.get("/health/live")).startsWith("HTTP/1.1 200");
      assertThat(api.metric("sluice_draining")).isEqualTo(1);
      assertThat(client.command("ping", "{}").has("ping")).isTrue();
      leaves.closeNow();
      assertThat(client.closeCode()).isEqualTo(3001);
      assertThat(closing.join(Duration.ofSeconds(15))).isTrue();
    }
  }

  private static boolean isRefused(Gateway node) throws IOException {
    try (Socket _ = new EdgeProbe(node.edgePort()).open()) {
      return false;
    } catch (ConnectException _) {
      return true;
    }
  }

  @Test
  void whoeverIsInAHurryEndsTheWaiting() throws Exception {
    Gateway leaves = besides("hurried", Map.of("drain.announce", "60s", "drain.duration", "60s"));
    try (TestClient client = TestClient.connected(leaves, "ann")) {
      Thread closing = Thread.startVirtualThread(leaves::close);
      await()
          .until(() ->
              new EdgeProbe(leaves.apiPort()).get("/health/ready").startsWith("HTTP/1.1 503"));
      assertThat(client.closed()).as("still announcing").isNotDone();
      leaves.closeNow();
      assertThat(client.closeCode()).isEqualTo(3001);
      assertThat(closing.join(Duration.ofSeconds(15))).isTrue();
    }
  }
}
