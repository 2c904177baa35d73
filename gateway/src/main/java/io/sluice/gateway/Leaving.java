package io.sluice.gateway;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.broker.NodeStatus;
import io.sluice.gateway.config.DrainConfig;
import io.sluice.gateway.edge.DrainPace;
import io.sluice.gateway.edge.EdgeServer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How a node sends its clients elsewhere before it closes: not ready, then without a listener,
/// then wave by wave. [#run] is for one thread, which waits; everything else for any.
final class Leaving {
  private record From(String nodeId, EdgeServer edge, Supplier<List<NodeStatus>> nodes) {}

  private final DrainConfig config;
  private final CountDownLatch hurry = new CountDownLatch(1);
  private volatile boolean begun;
  private volatile @Nullable From from;

  Leaving(DrainConfig config) {
    this.config = config;
  }

  void bindTo(MeterRegistry registry) {
    Gauge.builder("sluice.draining", this, it -> it.begun ? 1 : 0)
        .description("1 while the node leaves, else 0")
        .register(registry);
  }

  /// The node is up, and has clients to send elsewhere.
  ///
  /// @param nodes all that are not dead
  void up(String nodeId, EdgeServer edge, Supplier<List<NodeStatus>> nodes) {
    from = new From(nodeId, edge, nodes);
  }

  /// Whether the node wants no new clients any more.
  boolean begun() {
    return begun;
  }

  /// From now on it wants none.
  void begin() {
    begun = true;
  }

  /// Ends all waiting.
  void hurry() {
    hurry.countDown();
  }

  /// Returns when nobody is connected any more. For `drain.announce` the node still accepts, so
  /// that balancers notice.
  void run() {
    begin();
    From node = from;
    if (node == null) {
      return; // it never was up
    }
    boolean interrupted = Thread.interrupted();
    try {
      if (!interrupted) {
        var _ = hurry.await(config.announce().toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException _) {
      interrupted = true;
    }
    if (interrupted) {
      hurry(); // and still tell everyone
    }
    node.edge().drain(config.duration(), () -> others(node.nodeId(), node.nodes().get()), hurry);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// A silent node is not dead yet: while Kafka is away all of them are silent.
  static DrainPace.Others others(String self, List<NodeStatus> nodes) {
    int staying = 0;
    int leaving = 1;
    for (NodeStatus node : nodes) {
      if (!node.info().id().equals(self)) {
        switch (node.state()) {
          case LIVE, STALE -> staying++;
          case DRAINING -> leaving++;
        }
      }
    }
    return new DrainPace.Others(staying, leaving);
  }
}
