package io.sluice.perf.chaos;

import io.sluice.embedded.ClusterPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Three nodes, three brokers and a Redis, each a process, with a [Link] between any two that
/// speak. One thread.
final class Cluster implements AutoCloseable {
  static final String TOPIC = "sluice.chaos";

  /// So that each broker leads some, and a channel shares one with a few others.
  static final int PARTITIONS = 6;

  static final int NODES = 3;

  private final ClusterPlan plan =
      ClusterPlan.of(IntStream.rangeClosed(1, NODES).mapToObj(Node::way).toList());
  private final Brokers brokers;
  private final Redis redis;
  private final List<Node> nodes = new ArrayList<>();

  /// Starts nothing yet but Redis.
  ///
  /// @param folder for configuration and data
  Cluster(Program program, Path folder, Path logs) throws IOException {
    brokers = new Brokers(plan, folder, logs);
    redis = new Redis();
    try {
      for (int number = 1; number <= NODES; number++) {
        nodes.add(new Node(number, program, plan, redis, folder, logs));
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /// Starts all of it; returns when every node is ready.
  void start() throws IOException {
    brokers.start();
    brokers.createTopic(TOPIC, PARTITIONS);
    startNodes();
  }

  /// Starts the nodes that do not run; returns when all are ready.
  void startNodes() throws IOException {
    for (Node node : nodes) {
      node.process().start();
    }
    for (Node node : nodes) {
      node.awaitReady();
    }
  }

  /// Says that everything runs, and every node is ready, within a time; nothing may have ended by
  /// itself.
  ///
  /// @throws IOException naming what is not so
  void demandWhole(Duration limit) throws IOException {
    for (Service service : services()) {
      service.demandAlive();
    }
    redis.demandAlive();
    for (Node node : nodes) {
      node.awaitReady(limit);
    }
  }

  private List<Service> services() {
    List<Service> all = new ArrayList<>();
    nodes.forEach(node -> all.add(node.process()));
    for (int broker = 1; broker <= ClusterPlan.BROKERS; broker++) {
      all.add(brokers.broker(broker));
    }
    return all;
  }

  List<Node> nodes() {
    return nodes;
  }

  Brokers brokers() {
    return brokers;
  }

  Redis redis() {
    return redis;
  }

  /// For clients of Kafka that are behind no link.
  String bootstrapServers() {
    return plan.bootstrapServers();
  }

  /// Every link there is.
  List<Link> links() {
    return nodes.stream().flatMap(node -> node.links().stream()).toList();
  }

  /// Kills all processes, also when the run is interrupted.
  @Override
  public void close() throws IOException {
    Undisturbed.run(this::killAll);
  }

  private void killAll() throws IOException {
    for (Node node : nodes) {
      node.close();
    }
    brokers.close();
    redis.close();
  }
}
