package io.sluice.embedded;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.Exit;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.ServerSocketFactory;
import org.apache.kafka.server.fault.LoggingFaultHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One run of a Kafka process inside this one: what `KafkaRaftServer` puts together, with two
/// differences. A fatal fault is logged instead of ending the process, and stopping takes a bounded
/// time. Started and stopped once.
final class BrokerAndController {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerAndController.class);

  /// How long a stopping node may try to hand over its partitions, and then its place as
  /// controller. With nobody to hand them to, Kafka itself would try for five minutes and for five
  /// seconds.
  private static final Duration HAND_OVER = Duration.ofSeconds(1);

  static {
    // What a broker does when its last data directory fails, whatever its fault handlers.
    Exit.setExitProcedure(BrokerAndController::refuseToExit);
    Exit.setHaltProcedure(BrokerAndController::refuseToExit);
  }

  private final SharedServer shared;
  private final BrokerServer broker;
  private final ControllerServer controller;

  BrokerAndController(Map<String, String> properties) {
    KafkaConfig config = KafkaConfig.fromProps(asProperties(properties), false);
    var stored = KafkaRaftServer.initializeLogDirs(config, LOG, "");
    QuorumConfig quorum = config.quorumConfig();
    shared =
        new SharedServer(
            config,
            stored._1,
            Time.SYSTEM,
            Server.initializeMetrics(config, Time.SYSTEM, stored._1.clusterId().orElseThrow()),
            CompletableFuture.completedFuture(QuorumConfig.parseVoterConnections(quorum.voters())),
            QuorumConfig.parseBootstrapServers(quorum.bootstrapServers()),
            (name, _, action) -> new LoggingFaultHandler(name, action),
            ServerSocketFactory.INSTANCE);
    broker = new BrokerServer(shared);
    controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), stored._2);
  }

  /// Returns when the broker takes requests.
  void startup() {
    controller.startup();
    broker.startup();
  }

  /// Returns when its threads have ended and its files are closed, a few seconds at most.
  void shutdown() {
    broker.shutdown(HAND_OVER);
    resign();
    controller.shutdown();
  }

  /// Afterwards the controller's own shutdown finds nothing left to wait for.
  private void resign() {
    if (shared.raftManager() == null) {
      return; // it did not get that far
    }
    try {
      shared
          .raftManager()
          .client()
          .shutdown((int) HAND_OVER.toMillis())
          .toCompletableFuture()
          .get(2 * HAND_OVER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("embedded Kafka found no other controller", e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static Properties asProperties(Map<String, String> properties) {
    var result = new Properties();
    result.putAll(properties);
    return result;
  }

  private static void refuseToExit(int status, @Nullable String message) {
    LOG.error("embedded Kafka failed status={} message={}", status, message);
    throw new IllegalStateException("embedded Kafka failed: " + message);
  }
}
