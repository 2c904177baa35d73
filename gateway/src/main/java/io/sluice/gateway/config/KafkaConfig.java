package io.sluice.gateway.config;

import io.sluice.broker.ByteSize;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;

/// `kafka.*`: the brokers and Sluice's own topics.
///
/// @param bootstrapServers `host:port`, several separated by commas; never empty
/// @param properties properties for every Kafka client (SASL, TLS, `client.rack`, …), by Kafka's
///   own names; values may be secrets
/// @param createTopics whether missing topics are created; otherwise they are a start-up error
/// @param partitions of topics created
/// @param replicationFactor of topics created; −1 = the brokers' default
/// @param controlTopic where nodes tell each other things
/// @param deadLetterTopic where records go that cannot be delivered
/// @param ledgerTopic where nodes keep what they must agree on across restarts
/// @param sessionsTopic where services are told what happens to users' connections; "" = nowhere
/// @param fetchBytes what a tailer may hold that Kafka has sent, over all its partitions
/// @param readyGrace how long Kafka may be away until the node is not ready
/// @param readyLag how long something may be in Kafka, while that answers, without being read,
///   until the node is not ready
public record KafkaConfig(
    String bootstrapServers,
    Map<String, String> properties,
    boolean createTopics,
    int partitions,
    short replicationFactor,
    String controlTopic,
    String deadLetterTopic,
    String ledgerTopic,
    String sessionsTopic,
    ByteSize fetchBytes,
    Duration readyGrace,
    Duration readyLag) {
  private static final Pattern SERVERS =
      Pattern.compile("[^\\s,:/]+:\\d{1,5}(\\s*,\\s*[^\\s,:/]+:\\d{1,5})*|(\\[[^\\]]+\\]:\\d+,?)+");

  /// Kafka is asked every 5 s where logs end, and a tailer that begins anew waits for as long.
  private static final Duration LEAST_LAG = Duration.ofSeconds(10);

  /// Properties on which promises rest, and where to look instead.
  private static final Map<String, String> NOT_FREE =
      Map.ofEntries(
          Map.entry("bootstrap.servers", "use kafka.bootstrap-servers"),
          Map.entry("isolation.level", "use isolation of the namespace"),
          Map.entry("max.block.ms", "use publish.max-block"),
          Map.entry("delivery.timeout.ms", "use publish.delivery-timeout"),
          Map.entry("acks", "an acknowledged publish is on all in-sync replicas"),
          Map.entry("enable.idempotence", "a retried publish must not be stored twice"),
          Map.entry("transactional.id", "publishes are not transactional"),
          Map.entry("partitioner.class", "use partitioner of the namespace"),
          Map.entry("fetch.max.bytes", "use kafka.fetch-bytes"),
          Map.entry("max.partition.fetch.bytes", "use kafka.fetch-bytes"),
          Map.entry("auto.offset.reset", "a silent jump would lose publications"),
          Map.entry("enable.auto.commit", "nodes have no consumer group"),
          Map.entry("group.id", "nodes have no consumer group"),
          Map.entry("key.serializer", "keys are bytes"),
          Map.entry("value.serializer", "values are bytes"),
          Map.entry("key.deserializer", "keys are bytes"),
          Map.entry("value.deserializer", "values are bytes"));

  public KafkaConfig {
    properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    Checks checks =
        new Checks()
            .that(
                !bootstrapServers.isBlank(),
                "kafka.bootstrap-servers: is not set; it names the brokers, such as"
                    + " kafka-1:9092,kafka-2:9092")
            .that(
                bootstrapServers.isBlank() || SERVERS.matcher(bootstrapServers).matches(),
                "kafka.bootstrap-servers: '%s' is not of the form HOST:PORT[,HOST:PORT]…"
                    .formatted(bootstrapServers))
            .range("kafka.partitions", partitions, 1, 100_000)
            .that(
                replicationFactor == -1 || replicationFactor >= 1,
                "kafka.replication-factor: %d is neither -1 nor at least 1"
                    .formatted(replicationFactor))
            .that(Topic.isName(controlTopic), Topic.problem("kafka.control-topic", controlTopic))
            .that(
                Topic.isName(deadLetterTopic),
                Topic.problem("kafka.dead-letter-topic", deadLetterTopic))
            .that(Topic.isName(ledgerTopic), Topic.problem("kafka.ledger-topic", ledgerTopic))
            .that(
                !ledgerTopic.equals(controlTopic) && !ledgerTopic.equals(deadLetterTopic),
                "kafka.ledger-topic: '%s' has another use".formatted(ledgerTopic))
            .that(
                !controlTopic.equals(deadLetterTopic),
                "kafka.dead-letter-topic: '%s' is kafka.control-topic too"
                    .formatted(deadLetterTopic))
            .that(
                sessionsTopic.isEmpty() || Topic.isName(sessionsTopic),
                Topic.problem("kafka.sessions-topic", sessionsTopic))
            .that(
                !sessionsTopic.equals(controlTopic)
                    && !sessionsTopic.equals(deadLetterTopic)
                    && !sessionsTopic.equals(ledgerTopic),
                "kafka.sessions-topic: '%s' has another use".formatted(sessionsTopic))
            .range("kafka.fetch-bytes", fetchBytes, ByteSize.mib(1), ByteSize.mib(1024))
            .range("kafka.ready-grace", readyGrace, Duration.ZERO)
            .range("kafka.ready-lag", readyLag, LEAST_LAG);
    for (String name : properties.keySet()) {
      checks.that(
          !NOT_FREE.containsKey(name),
          "kafka.properties.%s: cannot be set (%s)".formatted(name, NOT_FREE.get(name)));
    }
    checks.done();
  }

  static KafkaConfig read(Settings in) {
    return new KafkaConfig(
        in.text("kafka.bootstrap-servers", ""),
        in.open("kafka.properties."),
        in.flag("kafka.create-topics", false),
        in.whole("kafka.partitions", 12),
        (short) Math.clamp(in.whole("kafka.replication-factor", -1), -2, Short.MAX_VALUE),
        in.text("kafka.control-topic", "sluice.control"),
        in.text("kafka.dead-letter-topic", "sluice.dead-letters"),
        in.text("kafka.ledger-topic", "sluice.ledger"),
        in.text("kafka.sessions-topic", "sluice.sessions"),
        in.size("kafka.fetch-bytes", ByteSize.mib(16)),
        in.duration("kafka.ready-grace", Duration.ofMinutes(10)),
        in.duration("kafka.ready-lag", Duration.ofSeconds(30)));
  }

  void write(Listing out) {
    out.add("kafka.bootstrap-servers", bootstrapServers);
    properties.forEach((name, value) -> {
      if (isPublic(name)) {
        out.add("kafka.properties." + name, value);
      } else {
        out.addSecret("kafka.properties." + name, value);
      }
    });
    out.add("kafka.create-topics", createTopics)
        .add("kafka.partitions", partitions)
        .add("kafka.replication-factor", replicationFactor)
        .add("kafka.control-topic", controlTopic)
        .add("kafka.dead-letter-topic", deadLetterTopic)
        .add("kafka.ledger-topic", ledgerTopic)
        .add("kafka.sessions-topic", sessionsTopic)
        .add("kafka.fetch-bytes", fetchBytes)
        .add("kafka.ready-grace", readyGrace)
        .add("kafka.ready-lag", readyLag);
  }

  /// Shown are only properties that Kafka itself knows and does not count as passwords. Those of
  /// plug-ins may be anything.
  private static boolean isPublic(String name) {
    return isPublic(name, ConsumerConfig.configDef())
        || isPublic(name, ProducerConfig.configDef())
        || isPublic(name, AdminClientConfig.configDef());
  }

  private static boolean isPublic(String name, ConfigDef definitions) {
    ConfigDef.ConfigKey key = definitions.configKeys().get(name);
    return key != null && key.type != ConfigDef.Type.PASSWORD;
  }

  /// Without the properties' values.
  @Override
  public String toString() {
    return "KafkaConfig[" + bootstrapServers + ", properties " + properties.keySet() + "]";
  }
}
