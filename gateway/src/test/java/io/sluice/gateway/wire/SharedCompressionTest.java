package io.sluice.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.gateway.EdgeProbe;
import io.sluice.gateway.TestStack;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Publications to clients with permessage-deflate: the same text as to all others, compressed
/// once.
final class SharedCompressionTest {
  private static final String TOPIC = "wire.default";
  private static final String OFFER = "permessage-deflate; client_max_window_bits";

  /// A client of the protocol that keeps the frames as they come.
  private record Client(WireClient socket) implements AutoCloseable {
    static Client subscribed(String offer, String channel) throws Exception {
      Client client = new Client(new WireClient(WireNode.port(), "/connection/websocket", offer));
      client.send(
          "{\"id\":1,\"connect\":{}}\n{\"id\":2,\"subscribe\":{\"channel\":\"%s\"}}"
              .formatted(channel));
      client.lines(2);
      return client;
    }

    void send(String commands) throws IOException {
      socket.write(Frame.text(commands));
    }

    /// Frames until they hold so many lines.
    List<Received> frames(int lines) throws IOException {
      List<Received> frames = new ArrayList<>();
      int seen = 0;
      while (seen < lines) {
        Received frame = socket.readFrame();
        frames.add(frame);
        seen += frame.text().split("\n", -1).length;
      }
      return frames;
    }

    List<String> lines(int count) throws IOException {
      List<String> lines = new ArrayList<>();
      for (Received frame : frames(count)) {
        lines.addAll(List.of(frame.text().split("\n", -1)));
      }
      return lines;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static double deflations() throws IOException {
    return new EdgeProbe(WireNode.apiPort()).metric("sluice_edge_deflations_total");
  }

  private static String value(int size) {
    return "\"" + "shared ".repeat(size / 7) + "\"";
  }

  @Test
  void aPublicationIsCompressedOnceForAHundredSubscribersAndReadsTheSame() throws Exception {
    List<Client> clients = new ArrayList<>();
    try (Client plain = Client.subscribed("", "hundred")) {
      for (int i = 0; i < 100; i++) {
        clients.add(Client.subscribed(OFFER, "hundred"));
      }
      double before = deflations();

      TestStack.produce(TOPIC, "hundred", value(2_000));

      Received whole = plain.frames(1).getFirst();
      assertThat(whole.compressed()).isFalse();
      for (Client client : clients) {
        Received frame = client.frames(1).getFirst();
        assertThat(frame.compressed()).isTrue();
        assertThat(frame.payload().length).isLessThan(whole.payload().length / 4);
        assertThat(frame.text()).isEqualTo(whole.text());
      }
      // two loops that begin in the same instant still share what one of them computes
      assertThat(deflations()).isEqualTo(before + 1);
    } finally {
      for (Client client : clients) {
        client.close();
      }
    }
  }

  @Test
  void aSmallPublicationIsNotCompressed() throws Exception {
    try (Client client = Client.subscribed(OFFER, "small")) {
      double before = deflations();
      TestStack.produce(TOPIC, "small", "{\"n\":1}");
      Received frame = client.frames(1).getFirst();
      assertThat(frame.compressed()).isFalse();
      assertThat(frame.text()).contains("{\"n\":1}");
      assertThat(deflations()).isEqualTo(before);
    }
  }

  /// One batch of the log brings small and large ones together; they share frames.
  @Test
  void smallAndLargePublicationsAndRepliesShareAFrame() throws Exception {
    try (Client client = Client.subscribed(OFFER, "mixed");
        Client plain = Client.subscribed("", "mixed")) {
      List<String> batch = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        batch.add(i % 3 == 0 ? value(1_000 + i) : "{\"n\":" + i + "}");
      }
      TestStack.produceBatch(TOPIC, "mixed", batch);

      List<Received> frames = client.frames(batch.size());
      List<String> lines = new ArrayList<>();
      frames.forEach(frame -> lines.addAll(List.of(frame.text().split("\n", -1))));
      assertThat(lines).isEqualTo(plain.lines(batch.size()));
      assertThat(frames)
          .as("some frame holds both")
          .anyMatch(
              f -> f.compressed() && f.text().contains("{\"n\":") && f.text().contains("sha"));
      frames.forEach(f -> assertThat(f.text().length()).isLessThanOrEqualTo(64 << 10));
    }
  }

  @Test
  void commandsMayComeCompressed() throws Exception {
    try (Client client = Client.subscribed(OFFER, "commands")) {
      byte[] ping = "{\"id\":3,\"ping\":{}}".getBytes(StandardCharsets.US_ASCII);
      client.socket.write(Frame.of(Frame.FIN | Frame.RSV1 | Frame.TEXT, Deflating.payload(ping)));
      assertThat(client.lines(1)).containsExactly("{\"id\":3,\"ping\":{}}");
    }
  }

  @Test
  void aBombIsClosedWith1009AndCounted() throws Exception {
    EdgeProbe metrics = new EdgeProbe(WireNode.apiPort());
    String counter = "sluice_edge_closings_total{reason=\"too-large\"}";
    double before = metrics.metric(counter);
    try (Client client = Client.subscribed(OFFER, "bomb")) {
      byte[] bomb = Deflating.payload(new byte[40 << 20]);
      assertThat(bomb.length).as("it fits as it is").isLessThan(64 << 10);
      client.socket.write(Frame.of(Frame.FIN | Frame.RSV1 | Frame.TEXT, bomb));
      Received close = client.socket.readFrame();
      assertThat(close.opcode()).isEqualTo(Frame.CLOSE);
      assertThat(close.payload()).startsWith(1009 >> 8, 1009 & 0xff);
    }
    await().untilAsserted(() -> assertThat(metrics.metric(counter)).isEqualTo(before + 1));
  }
}
