package io.sluice.embedded;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;

/// Three brokers as processes of their own, which can be killed and frozen one by one; see
/// [BrokerMain]. Where each listens, and by which ways clients reach it beside the plain one.
/// Immutable.
public final class ClusterPlan {
  /// How many brokers it has.
  public static final int BROKERS = 3;

  private static final String CLUSTER_ID = "cluster.id";
  private static final String WAY = "way.";

  private final String clusterId;
  private final List<NodePorts> ports;
  private final List<Way> ways;

  /// A listener of one broker that clients are told another port of: that of a proxy before it.
  ///
  /// @param name of the way, letters and digits, the same at all brokers
  /// @param broker from 1
  /// @param listens the broker's own port
  /// @param advertised what it tells clients
  public record Way(String name, int broker, int listens, int advertised) {
    /// Where clients of this way find the broker.
    public String address() {
      return FreePorts.LOOPBACK + ":" + advertised;
    }

    private String text() {
      return listens + " " + advertised;
    }
  }

  private ClusterPlan(String clusterId, List<NodePorts> ports, List<Way> ways) {
    this.clusterId = clusterId;
    this.ports = ports;
    this.ways = ways;
  }

  /// Free ports for three brokers.
  ///
  /// @param ways names of the ways to each of them beside the plain one
  public static ClusterPlan of(List<String> ways) {
    List<NodePorts> ports = new ArrayList<>();
    List<Way> all = new ArrayList<>();
    for (int node = 1; node <= BROKERS; node++) {
      ports.add(new NodePorts(node, FreePorts.next(), FreePorts.next(), FreePorts.next()));
      for (String way : ways) {
        all.add(new Way(way, node, FreePorts.next(), FreePorts.next()));
      }
    }
    return new ClusterPlan(Uuid.randomUuid().toString(), List.copyOf(ports), List.copyOf(all));
  }

  /// Bootstrap servers for clients of the plain way.
  public String bootstrapServers() {
    return ports.stream().map(NodePorts::clientAddress).collect(Collectors.joining(","));
  }

  /// Bootstrap servers for clients of this way.
  public String bootstrapServers(String way) {
    return ways(way).stream().map(Way::address).collect(Collectors.joining(","));
  }

  /// This way to each broker.
  public List<Way> ways(String name) {
    return ways.stream().filter(way -> way.name().equals(name)).toList();
  }

  /// Writes it down for [BrokerMain].
  public void write(Path file) throws IOException {
    Properties all = new Properties();
    all.setProperty(CLUSTER_ID, clusterId);
    for (NodePorts broker : ports) {
      all.setProperty(
          Integer.toString(broker.node()),
          broker.client() + " " + broker.controller() + " " + broker.secured());
    }
    ways.forEach(way -> all.setProperty(WAY + way.broker() + "." + way.name(), way.text()));
    try (Writer out = Files.newBufferedWriter(file)) {
      all.store(out, "three brokers");
    }
  }

  /// What was written.
  static ClusterPlan read(Path file) {
    Properties all = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      all.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<NodePorts> ports = new ArrayList<>();
    for (int node = 1; node <= BROKERS; node++) {
      int[] three = numbers(all.getProperty(Integer.toString(node)), 3);
      ports.add(new NodePorts(node, three[0], three[1], three[2]));
    }
    List<Way> ways = new ArrayList<>();
    for (String key : all.stringPropertyNames()) {
      if (key.startsWith(WAY)) {
        String[] parts = key.substring(WAY.length()).split("\\.", 2);
        int[] two = numbers(all.getProperty(key), 2);
        ways.add(new Way(parts[1], Integer.parseInt(parts[0]), two[0], two[1]));
      }
    }
    return new ClusterPlan(all.getProperty(CLUSTER_ID), List.copyOf(ports), List.copyOf(ways));
  }

  private static int[] numbers(String text, int count) {
    String[] parts = text.split(" ", -1);
    if (parts.length != count) {
      throw new IllegalArgumentException("not " + count + " ports: '" + text + "'");
    }
    int[] all = new int[count];
    for (int i = 0; i < count; i++) {
      all[i] = FreePorts.checked(Integer.parseInt(parts[i]));
    }
    return all;
  }

  /// A broker that can be started, with its directory below this one formatted.
  KafkaNode broker(int node, Path directory) {
    NodePorts self = ports.get(node - 1);
    Path own = directory.resolve("kafka-" + node);
    KafkaNode broker =
        new KafkaNode(
            self, own, BrokerProperties.of(self, ports, own, Optional.empty(), listeners(self)));
    broker.format(clusterId);
    return broker;
  }

  private Map<String, String> listeners(NodePorts self) {
    List<Way> mine = ways.stream().filter(way -> way.broker() == self.node()).toList();
    String plain = BrokerProperties.CLIENT_LISTENER + "://" + self.clientAddress();
    String controller = BrokerProperties.CONTROLLER_LISTENER + "://" + self.controllerAddress();
    String protocols =
        BrokerProperties.CLIENT_LISTENER
            + ":PLAINTEXT,"
            + BrokerProperties.CONTROLLER_LISTENER
            + ":PLAINTEXT";
    StringBuilder listens = new StringBuilder(plain).append(',').append(controller);
    StringBuilder advertised = new StringBuilder(plain);
    StringBuilder map = new StringBuilder(protocols);
    for (Way way : mine) {
      String name = "," + way.name();
      listens.append(name).append("://" + FreePorts.LOOPBACK + ":").append(way.listens());
      advertised.append(name).append("://").append(way.address());
      map.append(name).append(":PLAINTEXT");
    }
    Map<String, String> all = new HashMap<>();
    all.put("listeners", listens.toString());
    all.put("advertised.listeners", advertised.toString());
    all.put("listener.security.protocol.map", map.toString());
    return all;
  }
}
