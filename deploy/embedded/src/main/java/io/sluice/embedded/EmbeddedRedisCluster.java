package io.sluice.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A real Redis Cluster of three masters, each a child process that listens on 127.0.0.1 only and
/// has a third of the slots; no replicas. Up in about a second; ends with this process.
///
/// Any thread may call any method.
public final class EmbeddedRedisCluster implements AutoCloseable {
  private static final int MASTERS = 3;
  private static final int SLOTS = 16_384;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final DataDirectory files = DataDirectory.temporary("sluice-redis-cluster");
  private final List<EmbeddedRedis> masters = new ArrayList<>();

  private EmbeddedRedisCluster() {}

  /// Starts it and returns when every master says that the cluster is whole.
  ///
  /// @throws EmbeddedStartException when anything is in the way
  public static EmbeddedRedisCluster start() {
    var cluster = new EmbeddedRedisCluster();
    try {
      cluster.open();
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private void open() {
    List<Integer> buses = new ArrayList<>();
    for (int i = 0; i < MASTERS; i++) {
      int bus = FreePorts.next();
      Path kept = files.path().resolve("nodes-" + i + ".conf");
      masters.add(
          EmbeddedRedis.builder()
              .setting("cluster-enabled", "yes")
              .setting("cluster-config-file", kept.toString())
              .setting("cluster-port", Integer.toString(bus))
              .setting("cluster-node-timeout", "1000")
              // a master that is away takes its own slots with it and no others
              .setting("cluster-require-full-coverage", "no")
              .start());
      buses.add(bus);
    }
    for (int i = 0; i < MASTERS; i++) {
      int first = SLOTS * i / MASTERS;
      int last = SLOTS * (i + 1) / MASTERS - 1;
      int port = masters.get(i).port();
      RedisConversation.ask(
          port, "CLUSTER", "ADDSLOTSRANGE", Integer.toString(first), Integer.toString(last));
      RedisConversation.ask(
          port,
          "CLUSTER",
          "MEET",
          FreePorts.LOOPBACK,
          Integer.toString(masters.getFirst().port()),
          Integer.toString(buses.getFirst()));
    }
    RedisConversation.await(
        "making a Redis Cluster",
        PATIENCE,
        () -> masters.stream().allMatch(EmbeddedRedisCluster::isWhole));
  }

  private static boolean isWhole(EmbeddedRedis master) {
    String info = RedisConversation.ask(master.port(), "CLUSTER", "INFO").getFirst();
    return info.contains("cluster_state:ok")
        && info.contains("cluster_slots_ok:" + SLOTS)
        && info.contains("cluster_known_nodes:" + MASTERS);
  }

  /// The masters, in the order of their slots.
  public List<EmbeddedRedis> masters() {
    return List.copyOf(masters);
  }

  /// The addresses of all of them, separated by commas.
  public String uri() {
    return masters.stream().map(EmbeddedRedis::uri).collect(Collectors.joining(","));
  }

  /// Stops all of them for good.
  @Override
  public void close() {
    masters.forEach(EmbeddedRedis::close);
    files.release();
  }
}
