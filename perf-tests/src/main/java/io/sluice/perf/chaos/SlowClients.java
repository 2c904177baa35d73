package io.sluice.perf.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
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
/// nodes read from their windows meanwhile. Each connection is another user's, as nodes refuse one
/// who does not read again and again. Threads of its own; any may ask, [#close] by one.
final class SlowClients implements AutoCloseable {
  private static final int COUNT = 6;

  /// Less than nodes' write time-out, 10 s.
  private static final Duration AWAY = Duration.ofSeconds(8);

  private static final Duration READING = Duration.ofSeconds(1);

  /// Longer than the node takes to fill up what it has for it, and then its write time-out.
  private static final Duration UNTIL_CLOSED = Duration.ofSeconds(15);

  /// More than is published while one reads for the first time, some 130 a second; who was given
  /// more has read what its node kept for it.
  static final long AT_ONCE = 500;

  private static final Duration AGAIN = Duration.ofMillis(200);

  /// A round has some 30; then no more come.
  private static final int LIMIT = 1_000;

  private static final int FIRST_ID = 2;

  /// From this code on an unsubscribe says that something may be lost.
  private static final int RESUBSCRIBE = 2500;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Workers workers = new Workers();
  private final List<Node> nodes;
  private final Channels channels;

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
          reads ? () -> readNowAndThen(name, node) : () -> neverRead(name, node));
    }
  }

  private void neverRead(String name, Node node) {
    for (int time = 0; workers.goOn() && time < LIMIT; time++) {
      try (RawSocket _ = subscribed(name + "-" + time, node)) {
        pause(UNTIL_CLOSED);
      } catch (IOException _) {
        pause(AGAIN); // its node is away
      }
    }
  }

  private void readNowAndThen(String name, Node node) {
    for (int time = 0; workers.goOn() && time < LIMIT; time++) {
      String who = name + "-" + time;
      try (RawSocket socket = subscribed(who, node)) {
        socket.readHandshake();
        History history = new History(who);
        add(history);
        listen(socket, history);
      } catch (IOException _) {
        // its node is away
      }
      pause(AGAIN);
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
    } catch (RuntimeException e) { // it was told what it must not be
      history.add(new Event.Ended(System.nanoTime(), e.toString()));
      workers.endedBy(history.client(), e);
    }
    history.add(new Event.Left(System.nanoTime()));
  }

  private RawSocket subscribed(String user, Node node) throws IOException {
    RawSocket socket = new RawSocket(node.edgePort());
    try {
      socket.askForWebSocket(new Random());
      StringBuilder commands =
          new StringBuilder("{\"id\":1,\"connect\":{\"token\":\"" + Crowd.token(user) + "\"}}");
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
          JsonNode message = message(line);
          take(message, channels, history);
          if (message.isEmpty()) {
            socket.text("{}");
          }
        }
      }
    }
  }

  private static JsonNode message(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no JSON: " + line, e);
    }
  }

  /// Writes down what a client was told.
  ///
  /// @throws IOException when it is to come again as another
  /// @throws RuntimeException when it was told what it must not be
  static void take(JsonNode message, Channels channels, History history) throws IOException {
    long now = System.nanoTime();
    JsonNode push = message.path("push");
    if (message.has("subscribe")) {
      int channel = channels.number(channels.name(message.path("id").asInt() - FIRST_ID));
      long offset = message.get("subscribe").path("offset").asLong();
      history.add(new Event.Subscribed(now, channel, Recovery.FRESH, offset));
    } else if (push.has("pub")) {
      int channel = channels.number(push.path("channel").asText());
      JsonNode publication = push.get("pub");
      history.add(
          new Event.Received(
              now,
              channel,
              publication.path("offset").asLong(),
              Payload.number(channel, publication.path("data"))));
    } else if (push.path("unsubscribe").path("code").asInt() >= RESUBSCRIBE) {
      int channel = channels.number(push.path("channel").asText());
      history.add(new Event.Subscribed(now, channel, Recovery.LOST, 0));
      throw new IOException("comes again: " + message);
    } else if (message.path("error").path("temporary").asBoolean()) {
      throw new IOException("not now: " + message);
    } else if (!message.has("connect") && !message.isEmpty()) {
      throw new IllegalStateException("not expected: " + message);
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

  /// Those that were told what they must not be.
  List<Fact> stuck() {
    return workers.stuck();
  }

  @Override
  public void close() {
    workers.close();
  }
}
