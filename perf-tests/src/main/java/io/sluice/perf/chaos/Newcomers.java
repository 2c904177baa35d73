package io.sluice.perf.chaos;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/// Clients that come for the first time while others publish, stay for a moment and leave: again
/// and again a position is answered, and everything behind it is to be delivered live. That one
/// does not become live while something is wrong is no fact. Threads of its own; any may ask,
/// [#close] by one.
final class Newcomers implements AutoCloseable {
  private static final int AT_ONCE = 8;

  /// A round has some 700; then no more come.
  private static final int LIMIT = 5_000;

  private static final Duration PATIENCE = Duration.ofSeconds(4);

  /// In which a channel is published to twice.
  private static final Duration STAY = Duration.ofMillis(700);

  private final Workers workers = new Workers();
  private final AtomicInteger count = new AtomicInteger();
  private final List<URI> edges;
  private final Channels channels;

  // under the monitor
  private final List<History> histories = new ArrayList<>();

  Newcomers(Cluster cluster, Channels channels, long seed) {
    this.edges = cluster.nodes().stream().map(Node::edge).toList();
    this.channels = channels;
    for (int i = 0; i < AT_ONCE; i++) {
      String name = channels.prefix() + "newcomer-" + i;
      Random random = new Random(seed + i);
      workers.start(Thread.ofVirtual().name(name), () -> comeAndGo(name, random));
    }
  }

  private void comeAndGo(String name, Random random) {
    for (int time = 0; workers.goOn() && count.incrementAndGet() <= LIMIT; time++) {
      String who = name + "-" + time;
      try {
        visit(who, random);
      } catch (RuntimeException e) {
        workers.endedBy(who, e);
      }
    }
  }

  private void visit(String name, Random random) {
    List<URI> nodes = new ArrayList<>(edges);
    Collections.rotate(nodes, random.nextInt(nodes.size()));
    List<String> mine = Crowd.some(channels, random);
    Listener client = new Listener(name, nodes, Crowd.token(name), channels, mine);
    add(client.history());
    try {
      Crowd.await(
          PATIENCE, () -> client.isLive() || client.failure().isPresent() || !workers.goOn());
      if (client.isLive()) {
        Crowd.await(STAY, () -> !workers.goOn());
      }
      client.failure().ifPresent(failure -> workers.endedBy(name, failure));
    } finally {
      client.leave();
    }
  }

  private synchronized void add(History history) {
    histories.add(history);
  }

  /// Of all that have come.
  synchronized List<History> histories() {
    return List.copyOf(histories);
  }

  /// Those that were ended for good.
  List<Fact> stuck() {
    return workers.stuck();
  }

  @Override
  public void close() {
    workers.close();
  }
}
