package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Clients that come again and again and ask for megabytes of their past, more than a loop can
/// give: how late live publications are, with and without shedding. Prints that for the guide to
/// operating.
@Tag("full")
final class RecoveryStormTest {
  private static final String TOPIC = "recovery-storm.default";
  private static final int CHANNELS = 60;
  private static final int RECORDS = 200;
  private static final int STORMING = 600;
  private static final int SECONDS = 12;

  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger served = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();

  private record Live(int count, long p50Ms, long p99Ms, double shed, double lag) {}

  private static String commands(String epoch) {
    StringBuilder all = new StringBuilder();
    all.append("{\"id\":1,\"connect\":{\"token\":\"")
        .append(TestStack.token("stormy"))
        .append("\"}}");
    for (int i = 0; i < CHANNELS; i++) {
      all.append(
          "\n{\"id\":%d,\"subscribe\":{\"channel\":\"past-%d\",\"recover\":true,\"epoch\":\"%s\",\"offset\":0}}"
              .formatted(i + 2, i, epoch));
    }
    return all.toString();
  }

  /// Comes back at once, whatever it is told.
  private void storm(EdgeProbe edge, byte[] commands) {
    byte[] sink = new byte[1 << 16];
    while (!over.get()) {
      try (Socket socket = edge.webSocket("/connection/websocket")) {
        socket.setSoTimeout(1_000);
        socket.getOutputStream().write(commands);
        int read = 0;
        int got;
        while (!over.get()
            && read < CHANNELS * RECORDS * 100
            && (got = socket.getInputStream().read(sink)) >= 0) {
          read += got;
        }
        (read > CHANNELS * 100 ? served : refused).incrementAndGet();
      } catch (IOException _) {
        refused.incrementAndGet();
      }
    }
  }

  private Live run(String bound) throws Exception {
    try (Gateway gateway =
            TestStack.node(
                "recovery-storm",
                Map.of(
                    "edge.loops", "1",
                    "kafka.partitions", "1",
                    "edge.max-connections-per-user", "0",
                    "shed.loop-lag", bound));
        TestClient client = TestClient.connected(gateway, "ann")) {
      JsonNode live = client.subscribe("live").path("subscribe");
      EdgeProbe edge = new EdgeProbe(gateway.edgePort());
      byte[] commands = EdgeProbe.frame(1, TestStack.bytes(commands(live.path("epoch").asText())));
      List<Thread> all = new ArrayList<>();
      for (int i = 0; i < STORMING; i++) {
        all.add(Thread.startVirtualThread(() -> storm(edge, commands)));
      }
      int sent = 0;
      double lag = 0;
      long[] late = new long[SECONDS * 20];
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
      while (System.nanoTime() < until && sent < late.length) {
        long from = System.nanoTime();
        var _ = TestStack.produce(TOPIC, "live", Integer.toString(sent));
        assertThat(client.publication("live").path("data").asInt()).isEqualTo(sent);
        late[sent++] = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from);
        Thread.sleep(20);
        if (sent % 10 == 0) {
          lag = Math.max(lag, new EdgeProbe(gateway.apiPort()).metric("sluice_loop_lag_seconds"));
        }
      }
      over.set(true);
      for (Thread one : all) {
        one.join();
      }
      long[] sorted = Arrays.stream(late, 0, sent).sorted().toArray();
      double shed =
          new EdgeProbe(gateway.apiPort()).metric("sluice_shed_total{what=\"handshakes\"}");
      Live found = new Live(sent, sorted[sent / 2], sorted[sent * 99 / 100], shed, lag);
      System.out.printf(
          "shed.loop-lag %s: %s served=%s refused=%s%n", bound, found, served, refused);
      return found;
    }
  }

  @Test
  void liveDeliveryGoesOnWhenAskingForThePastIsRefused() throws Exception {
    TestStack.node("recovery-storm", Map.of("kafka.partitions", "1")).close(); // makes the topic
    for (int i = 0; i < CHANNELS; i++) {
      TestStack.produce(TOPIC, "past-" + i, "\"" + "x".repeat(1_000) + "\"", RECORDS);
    }
    Live without = run("0s");
    over.set(false);
    var _ = run("20ms"); // which a quick machine may not come to
    over.set(false);
    Live with = run("1ms");
    assertThat(without.shed()).isZero();
    assertThat(with.shed()).as("handshakes turned away, longest lag " + with.lag()).isPositive();
  }
}
