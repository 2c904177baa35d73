package io.sluice.perf.chaos;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/// Clients that send what is no protocol, all the while. Nobody else is to notice. Threads of its
/// own; [#close] by one.
final class Hostile implements AutoCloseable {
  private static final int COUNT = 3;
  private static final Duration BETWEEN = Duration.ofMillis(200);

  private final Workers workers = new Workers();
  private final List<URI> edges;

  Hostile(Cluster cluster, long seed) {
    this.edges = cluster.nodes().stream().map(Node::edge).toList();
    for (int i = 0; i < COUNT; i++) {
      Random random = new Random(seed + i);
      workers.start(Thread.ofVirtual().name("garbage-" + i), () -> sendGarbage(random));
    }
  }

  private void sendGarbage(Random random) {
    while (workers.goOn()) {
      try (RawSocket socket = new RawSocket(edges.get(random.nextInt(edges.size())).getPort())) {
        byte[] noise = new byte[random.nextInt(1, 2_000)];
        random.nextBytes(noise);
        switch (random.nextInt(5)) {
          case 0 -> socket.send(noise);
          case 1 -> socket.send("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\n\r\n");
          case 2 -> {
            socket.askForWebSocket(random);
            socket.send(noise);
          }
          case 3 -> {
            socket.askForWebSocket(random);
            socket.text("{\"id\":1,\"connect\":{\"token\":\"no token\"}}");
          }
          default -> {
            socket.askForWebSocket(random);
            socket.frame(random.nextInt(16), noise);
          }
        }
        socket.readAnything();
      } catch (IOException _) {
        // refused, as it should be
      }
      Crowd.await(BETWEEN, () -> !workers.goOn());
    }
  }

  /// What ended a thread.
  List<Fact> stuck() {
    return workers.stuck();
  }

  @Override
  public void close() {
    workers.close();
  }
}
