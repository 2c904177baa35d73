package io.sluice.perf.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.perf.ClientEvents.Recovery;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Clients that subscribe to everything and do not keep up, straight at the nodes, as a [Link]
/// would read for them: some never read and are to be closed; the others read all there is for a
/// second every now and then, answer the pings among it, and are owed everything in order, which
/// nodes read from their windows meanwhile. Threads of its own; any may ask, [#close] by one.
final class SlowClients implements AutoCloseable {
  private static final int COUNT = 6;

  /// Less than nodes' write time-out, 10 s.
  private static final Duration AWAY = Duration.ofSeconds(8);

  private static final Duration READING = Duration.ofSeconds(1);

  /// Longer than the node takes to fill up what it has for it, and then its write time-out.
  private static final Duration UNTIL_CLOSED = Duration.ofSeconds(15);

  private static final Duration AGAIN = Duration.ofMillis(200);

  /// A round has some 30; then no more come.
  private static final int LIMIT = 1_000;

  private static final int FIRST_ID = 2;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Workers workers = new Workers();
  private final List<Node> nodes;
  private final Channels channels;
  private final String token = Crowd.token("slow");

  // under the monitor
  private final List<History> histories = new ArrayList<>();

  SlowClients(Cluster cluster, Channels channels) {
    this.nodes = cluster.nodes();
    this.channels = channels;
    for (int i = 0; i < COUNT; i++) {
      Node node = nodes.get(i % nodes.size());
      String name = channels.prefix() + "slow-" + i;
      boolean reads = i / nodes.size() % 2 == 1;
      workers.start(
          Thread.ofVirtual().name(name),
          reads ? () -> readNowAndThen(name, node) : () -> neverRead(node));
    }
  }

  private void neverRead(Node node) {
    while (workers.goOn()) {
      try (RawSocket _ = subscribed(node)) {
        pause(UNTIL_CLOSED);
      } catch (IOException _) {
        pause(AGAIN); // its node is away
      }
    }
  }

  private void readNowAndThen(String name, Node node) {
    int time = 0;
    while (workers.goOn() && time < LIMIT) {
      try (RawSocket socket = subscribed(node)) {
        socket.readHandshake();
        History history = new History(name + "-" + time++);
        add(history);
        listen(socket, history);
      } catch (IOException _) {
        pause(AGAIN); // its node is away
      }
    }
  }

  private void listen(RawSocket socket, History history) {
    try {
      while (workers.goOn()) {
        read(socket, history);
        pause(AWAY);
      }
    } catch (IOException e) {
      history.add(new Event.Ended(System.nanoTime(), String.valueOf(e.getMessage())));
    }
    history.add(new Event.Left(System.nanoTime()));
  }

  private RawSocket subscribed(Node node) throws IOException {
    RawSocket socket = new RawSocket(node.edgePort());
    try {
      socket.askForWebSocket(new Random());
      StringBuilder commands =
          new StringBuilder("{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}");
      for (int channel = 0; channel < channels.count(); channel++) {
        commands.append(
            "\n{\"id\":%d,\"subscribe\":{\"channel\":\"%s\"}}"
                .formatted(channel + FIRST_ID, channels.name(channel)));
      }
      socket.text(commands.toString());
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private void read(RawSocket socket, History history) throws IOException {
    long end = System.nanoTime() + READING.toNanos();
    for (long left = READING.toNanos(); left > 0; left = end - System.nanoTime()) {
      String text = socket.next(Duration.ofNanos(left)).orElse("");
      for (String line : text.split("\n", -1)) {
        if (!line.isEmpty()) {
          take(JSON.readTree(line), socket, history);
        }
      }
    }
  }

  private void take(JsonNode message, RawSocket socket, History history) throws IOException {
    long now = System.nanoTime();
    if (message.isEmpty()) {
      socket.text("{}");
    } else if (message.has("subscribe")) {
      int channel = message.path("id").asInt() - FIRST_ID;
      long offset = message.get("subscribe").path("offset").asLong();
      history.add(new Event.Subscribed(now, channel, Recovery.FRESH, offset));
    } else if (message.path("push").has("pub")) {
      int channel = channels.number(message.get("push").path("channel").asText());
      JsonNode publication = message.get("push").get("pub");
      history.add(
          new Event.Received(
              now,
              channel,
              publication.path("offset").asLong(),
              Payload.number(channel, publication.path("data"))));
    } else if (!message.has("connect")) {
      throw new IOException("no more of " + message); // comes again as another
    }
  }

  private void pause(Duration time) {
    Crowd.await(time, () -> !workers.goOn());
  }

  private synchronized void add(History history) {
    histories.add(history);
  }

  /// Of those that read.
  synchronized List<History> histories() {
    return List.copyOf(histories);
  }

  @Override
  public void close() {
    workers.close();
  }
}
