package io.sluice.embedded;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The nodes of one cluster, their directory, and the order of starting and stopping. Any thread;
/// starting, stopping and closing take turns.
final class KafkaCluster implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaCluster.class);

  /// Starting takes 2 to 5 s; a machine that is busy with other things may need many times that.
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  /// A node hands over for two seconds at most, so this is for one that hangs.
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private static final Duration CLOSE_LIMIT = Duration.ofMillis(4500);

  private final List<KafkaNode> nodes;
  private final DataDirectory directory;
  private final ClusterFile file;
  private final Object turn = new Object();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  private KafkaCluster(List<KafkaNode> nodes, DataDirectory directory, ClusterFile file) {
    this.nodes = nodes;
    this.directory = directory;
    this.file = file;
  }

  /// Takes the directory and formats what is not formatted. Starts nothing yet.
  static KafkaCluster open(List<KafkaNode> nodes, DataDirectory directory) {
    ClusterFile file = ClusterFile.open(directory.path(), nodes.size());
    var cluster = new KafkaCluster(List.copyOf(nodes), directory, file);
    try {
      nodes.forEach(node -> node.format(file.clusterId()));
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  void start() {
    inTurn("start Kafka", START_LIMIT, nodes, KafkaNode::start);
  }

  void stop() {
    inTurn("stop Kafka", STOP_LIMIT, nodes, KafkaNode::stop);
  }

  void startNode(int node) {
    inTurn("start Kafka", START_LIMIT, List.of(node(node)), KafkaNode::start);
  }

  void stopNode(int node) {
    inTurn("stop Kafka", STOP_LIMIT, List.of(node(node)), KafkaNode::stop);
  }

  String addresses(Function<NodePorts, String> address) {
    return nodes.stream().map(KafkaNode::ports).map(address).collect(Collectors.joining(","));
  }

  /// Waits a bounded time; what is not done by then goes on behind the caller's back, so that the
  /// directory is never deleted under a running broker.
  @Override
  public void close() {
    if (closing.compareAndSet(false, true)) {
      Thread.ofPlatform().daemon().name("close-Kafka").start(this::stopAndRelease);
    }
    try {
      if (!closed.await(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("embedded Kafka is still stopping limitMs={}", CLOSE_LIMIT.toMillis());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void stopAndRelease() {
    try {
      synchronized (turn) {
        Together.run("stop Kafka", STOP_LIMIT, tasks(nodes, KafkaNode::stop));
      }
      file.close();
      directory.release();
    } catch (RuntimeException e) {
      LOG.warn("embedded Kafka did not stop cleanly", e);
    } finally {
      closed.countDown();
    }
  }

  private void inTurn(
      String what, Duration limit, List<KafkaNode> some, Consumer<KafkaNode> action) {
    synchronized (turn) {
      if (closing.get()) {
        throw new IllegalStateException(what + ": the cluster is closed");
      }
      Together.run(what, limit, tasks(some, action));
    }
  }

  private static List<Runnable> tasks(List<KafkaNode> some, Consumer<KafkaNode> action) {
    return some.stream().map(node -> (Runnable) () -> action.accept(node)).toList();
  }

  private KafkaNode node(int node) {
    if (node < 1 || node > nodes.size()) {
      throw new IllegalArgumentException("nodes are 1 to " + nodes.size() + ": " + node);
    }
    return nodes.get(node - 1);
  }
}
