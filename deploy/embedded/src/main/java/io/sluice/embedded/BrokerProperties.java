package io.sluice.embedded;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The configuration of one node, derived from the cluster's shape. Pure.
///
/// Everything is sized for a laptop: one partition for each internal topic, two or three threads
/// for each duty, a replication factor of as many nodes as there are.
final class BrokerProperties {
  static final String CONTROLLER_LISTENER = "CONTROLLER";
  static final String CLIENT_LISTENER = "PLAINTEXT";

  private static final Map<String, String> SMALL_AND_QUICK =
      Map.ofEntries(
          Map.entry("auto.create.topics.enable", "false"),
          Map.entry("group.initial.rebalance.delay.ms", "0"),
          Map.entry("offsets.topic.num.partitions", "1"),
          Map.entry("transaction.state.log.num.partitions", "1"),
          Map.entry("share.coordinator.state.topic.num.partitions", "1"),
          Map.entry("num.network.threads", "2"),
          Map.entry("num.io.threads", "3"),
          Map.entry("background.threads", "2"),
          Map.entry("num.recovery.threads.per.data.dir", "2"),
          // The cleaner wants 1 MiB a thread at least; its default of 128 MiB is for real logs.
          Map.entry("log.cleaner.dedupe.buffer.size", "2097152"),
          Map.entry("log.cleaner.io.buffer.size", "65536"),
          // Indexes are mapped at this size: 10 MiB by default, for each segment of each partition.
          Map.entry("log.index.size.max.bytes", "1048576"),
          // The first heartbeats decide how soon a broker is let in, the session how soon one that
          // died is seen to be gone.
          Map.entry("broker.heartbeat.interval.ms", "250"),
          Map.entry("broker.session.timeout.ms", "3000"),
          Map.entry("controller.quorum.election.timeout.ms", "500"),
          Map.entry("controller.quorum.election.backoff.max.ms", "250"),
          Map.entry("controller.quorum.fetch.timeout.ms", "1500"));

  private BrokerProperties() {}

  /// @param self the node to configure, one of `all`
  /// @param extra the caller's, which win over everything here
  static Map<String, String> of(
      NodePorts self,
      List<NodePorts> all,
      Path directory,
      Optional<SecuredListener> secured,
      Map<String, String> extra) {
    Map<String, String> properties = new HashMap<>(SMALL_AND_QUICK);
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", Integer.toString(self.node()));
    properties.put("log.dirs", directory.toString());
    properties.put("controller.listener.names", CONTROLLER_LISTENER);
    properties.put("inter.broker.listener.name", CLIENT_LISTENER);
    properties.put("controller.quorum.voters", voters(all));
    properties.put("listeners", listeners(self, secured));
    properties.put("listener.security.protocol.map", protocols(secured));
    secured.ifPresent(listener -> properties.putAll(listener.brokerProperties()));
    properties.putAll(replication(all.size()));
    properties.putAll(extra);
    return properties;
  }

  private static String voters(List<NodePorts> all) {
    return all.stream()
        .map(node -> node.node() + "@" + node.controllerAddress())
        .collect(Collectors.joining(","));
  }

  private static String listeners(NodePorts self, Optional<SecuredListener> secured) {
    String plain =
        CLIENT_LISTENER
            + "://"
            + self.clientAddress()
            + ","
            + CONTROLLER_LISTENER
            + "://"
            + self.controllerAddress();
    return secured.isEmpty()
        ? plain
        : plain + "," + SecuredListener.NAME + "://" + self.securedAddress();
  }

  private static String protocols(Optional<SecuredListener> secured) {
    String plain = CLIENT_LISTENER + ":PLAINTEXT," + CONTROLLER_LISTENER + ":PLAINTEXT";
    return secured.isEmpty() ? plain : plain + "," + SecuredListener.NAME + ":SASL_SSL";
  }

  /// Everything on every node; an acknowledged write needs a majority of them.
  private static Map<String, String> replication(int nodes) {
    String factor = Integer.toString(nodes);
    String majority = Integer.toString(nodes / 2 + 1);
    return Map.of(
        "default.replication.factor", factor,
        "min.insync.replicas", majority,
        "offsets.topic.replication.factor", factor,
        "transaction.state.log.replication.factor", factor,
        "transaction.state.log.min.isr", majority,
        "share.coordinator.state.topic.replication.factor", factor,
        "share.coordinator.state.topic.min.isr", majority);
  }
}
