package io.sluice.embedded;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A Kafka cluster of one or three nodes in this process: the real broker from its own jars, in
/// KRaft mode, listening on 127.0.0.1 only. A node starts in a few seconds and takes about 100 MB.
///
/// ```java
/// try (var kafka = EmbeddedKafka.builder().start()) {
///   kafka.createTopic("orders", 12, Map.of());
///   produceTo(kafka.bootstrapServers());
/// }
/// ```
///
/// Topics are not created by themselves unless asked for. Any thread may call any method; starting
/// and stopping take turns.
public final class EmbeddedKafka implements AutoCloseable {
  private final KafkaCluster cluster;
  private final Optional<SecuredListener> secured;

  private EmbeddedKafka(KafkaCluster cluster, Optional<SecuredListener> secured) {
    this.cluster = cluster;
    this.secured = secured;
  }

  /// One node, free ports, a temporary directory, no secured listener.
  public static Builder builder() {
    return new Builder();
  }

  /// Where plain clients connect: `127.0.0.1:9092`, comma-separated with several nodes. Stays the
  /// same while nodes are stopped and started.
  public String bootstrapServers() {
    return cluster.addresses(NodePorts::clientAddress);
  }

  /// Where clients connect with [#securedClientProperties()].
  ///
  /// @throws IllegalStateException without [Builder#secured()]
  public String securedBootstrapServers() {
    requireSecured();
    return cluster.addresses(NodePorts::securedAddress);
  }

  /// What a client of the secured listener needs beside the address: TLS with this cluster's
  /// certificate, SASL/SCRAM-SHA-512 with its one user. Made anew at each start; never log it.
  ///
  /// @throws IllegalStateException without [Builder#secured()]
  public Map<String, String> securedClientProperties() {
    return requireSecured().clientProperties();
  }

  /// Creates a topic on as many replicas as there are nodes and waits, 20 s at most, until every
  /// partition has a leader.
  ///
  /// @param configs topic settings such as `cleanup.policy`; empty for the defaults
  /// @throws IllegalStateException when it exists, or Kafka refuses it
  public void createTopic(String name, int partitions, Map<String, String> configs) {
    try (var setup = new KafkaSetup(bootstrapServers())) {
      setup.createTopic(name, partitions, configs);
    }
  }

  /// Stops every node, as in a complete outage. The data stays, even in a temporary directory.
  public void stop() {
    cluster.stop();
  }

  /// Starts every stopped node on the same ports with the same data.
  ///
  /// @throws PortTakenException when somebody took a port meanwhile
  public void start() {
    cluster.start();
  }

  /// Stops a node: its ports refuse connections, its data stays. Does nothing when it is stopped.
  ///
  /// @param node from 1
  public void stopNode(int node) {
    cluster.stopNode(node);
  }

  /// Starts a stopped node on the same ports with the same data. Does nothing when it is running.
  /// One of three can only start while another runs: use [#start()] after a complete outage.
  ///
  /// @param node from 1
  /// @throws PortTakenException when somebody took a port meanwhile
  public void startNode(int node) {
    cluster.startNode(node);
  }

  /// Stops every node and deletes a temporary directory. Takes less than five seconds.
  @Override
  public void close() {
    cluster.close();
  }

  private SecuredListener requireSecured() {
    return secured.orElseThrow(
        () -> new IllegalStateException("the cluster was started without a secured listener"));
  }

  private void createUser(SecuredListener listener) {
    try (var setup = new KafkaSetup(bootstrapServers())) {
      setup.createUser(listener);
    }
    for (String node : securedBootstrapServers().split(",", -1)) {
      try (var setup = new KafkaSetup(node, listener.clientProperties())) {
        setup.awaitLogin();
      }
    }
  }

  /// Collects what a cluster should be. One thread, one [#start()].
  public static final class Builder {
    private final Map<String, String> brokerProperties = new HashMap<>();
    private @Nullable Path dataDirectory;
    private int firstPort;
    private int nodes = 1;
    private boolean secured;

    private Builder() {}

    /// Keeps the data here across restarts; formatted at first use, then taken as it is, with its
    /// cluster id. One cluster at a time.
    public Builder dataDirectory(Path directory) {
      dataDirectory = directory;
      return this;
    }

    /// The client port of node 1; further nodes count up from it. Free ports if not given.
    public Builder port(int port) {
      firstPort = FreePorts.checked(port);
      return this;
    }

    /// 1 or 3. Three nodes keep three replicas and take writes while two of them are up.
    public Builder nodes(int count) {
      if (count != 1 && count != 3) {
        throw new IllegalArgumentException("a cluster has 1 or 3 nodes: " + count);
      }
      nodes = count;
      return this;
    }

    /// A broker setting, on every node, over the ones chosen here.
    public Builder brokerProperty(String key, String value) {
      brokerProperties.put(key, value);
      return this;
    }

    /// Creates topics when clients ask for them, as a bare broker does.
    public Builder autoCreateTopics() {
      return brokerProperty("auto.create.topics.enable", "true");
    }

    /// Adds a plain listener that its clients are told to reach at another port, where the caller
    /// has something between, such as a [SilentLink]. One node; takes free ports for all else.
    ///
    /// @param listening where the broker listens
    /// @param advertised where its clients are sent
    public Builder linked(int listening, int advertised) {
      int clients = FreePorts.next();
      int controller = FreePorts.next();
      return port(clients)
          .brokerProperty(
              "listeners",
              "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d,LINK://127.0.0.1:%d"
                  .formatted(clients, controller, listening))
          .brokerProperty(
              "advertised.listeners",
              "PLAINTEXT://127.0.0.1:%d,LINK://127.0.0.1:%d".formatted(clients, advertised))
          .brokerProperty("controller.quorum.voters", "1@127.0.0.1:" + controller)
          .brokerProperty(
              "listener.security.protocol.map",
              "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,LINK:PLAINTEXT");
    }

    /// Adds a listener with TLS and SASL/SCRAM.
    public Builder secured() {
      secured = true;
      return this;
    }

    /// Starts the nodes and returns when they take requests.
    ///
    /// @throws PortTakenException when a port is in use
    /// @throws EmbeddedStartException when anything else is in the way
    public EmbeddedKafka start() {
      List<NodePorts> ports = ports();
      ports.forEach(NodePorts::requireFree);
      Optional<SecuredListener> listener =
          secured ? Optional.of(SecuredListener.create()) : Optional.empty();
      DataDirectory directory =
          dataDirectory == null
              ? DataDirectory.temporary("sluice-kafka")
              : DataDirectory.kept(dataDirectory);
      KafkaCluster cluster = KafkaCluster.open(nodes(ports, directory.path(), listener), directory);
      try {
        cluster.start();
        var kafka = new EmbeddedKafka(cluster, listener);
        listener.ifPresent(kafka::createUser);
        return kafka;
      } catch (RuntimeException e) {
        cluster.close();
        throw e;
      }
    }

    private List<NodePorts> ports() {
      List<NodePorts> ports = new ArrayList<>();
      for (int node = 1; node <= nodes; node++) {
        int client = firstPort == 0 ? FreePorts.next() : FreePorts.checked(firstPort + node - 1);
        ports.add(new NodePorts(node, client, FreePorts.next(), FreePorts.next()));
      }
      return ports;
    }

    private List<KafkaNode> nodes(
        List<NodePorts> ports, Path directory, Optional<SecuredListener> listener) {
      return ports.stream()
          .map(self -> {
            Path own = directory.resolve("kafka-" + self.node());
            return new KafkaNode(
                self, own, BrokerProperties.of(self, ports, own, listener, brokerProperties));
          })
          .toList();
    }
  }
}
