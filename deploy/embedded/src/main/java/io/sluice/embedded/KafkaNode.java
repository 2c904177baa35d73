package io.sluice.embedded;

import java.io.OutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;

/// One Kafka node, broker and controller in one, which can be stopped and started again on the same
/// ports with the same data. Used by one thread at a time.
final class KafkaNode {
  private final NodePorts ports;
  private final Path directory;
  private final Map<String, String> properties;
  private @Nullable BrokerAndController running;

  KafkaNode(NodePorts ports, Path directory, Map<String, String> properties) {
    this.ports = ports;
    this.directory = directory;
    this.properties = Map.copyOf(properties);
  }

  NodePorts ports() {
    return ports;
  }

  /// Prepares an empty directory; leaves a formatted one as it is.
  void format(String clusterId) {
    try (var nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(nowhere)
          .setNodeId(ports.node())
          .setClusterId(clusterId)
          .setControllerListenerName(BrokerProperties.CONTROLLER_LISTENER)
          .setMetadataLogDirectory(directory.toString())
          .addDirectory(directory.toString())
          .setIgnoreFormatted(true)
          .run();
    } catch (Exception e) {
      throw new EmbeddedStartException("cannot format " + directory + " for Kafka: " + e, e);
    }
  }

  /// Returns when the node takes requests, which with three nodes needs two of them to start.
  void start() {
    if (running != null) {
      return;
    }
    ports.requireFree();
    try {
      var starting = new BrokerAndController(properties);
      startOrShutDown(starting);
      running = starting;
    } catch (RuntimeException e) {
      throw translated(e);
    }
  }

  void stop() {
    if (running != null) {
      running.shutdown();
      running = null;
    }
  }

  private static void startOrShutDown(BrokerAndController starting) {
    try {
      starting.startup();
    } catch (RuntimeException e) {
      try {
        starting.shutdown();
      } catch (RuntimeException further) {
        e.addSuppressed(further);
      }
      throw e;
    }
  }

  private RuntimeException translated(RuntimeException failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof BindException) {
      return new PortTakenException(ports.client(), "Kafka");
    }
    return new EmbeddedStartException(
        "Kafka node " + ports.node() + " did not start in " + directory + ": " + cause, failure);
  }
}
