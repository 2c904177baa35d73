package io.sluice.broker;

import java.util.Map;
import java.util.TreeSet;

/// Where Kafka is, how to talk to it, and the topics that nodes share.
///
/// @param bootstrapServers `host:port`, comma-separated
/// @param properties any Kafka client properties (SASL, TLS, `client.rack`), for every client; may
///   hold secrets, so never logged with their values
/// @param createTopics whether missing topics are created
/// @param partitions for topics created for namespaces; existing ones are used as they are
/// @param replicationFactor for topics created; −1 is the broker's default
/// @param controlTopic where nodes tell each other that they live; one partition
/// @param deadLetterTopic where records go that could not be delivered
/// @param ledgerTopic where they keep what must survive them: truncations, partition counts
/// @param sessionsTopic where they tell services what happens to users' connections; empty: nowhere
/// @param maxChannelLength the longest full channel name, in UTF-16 code units
/// @param fetchBytes what Kafka has sent and one tailer has not taken yet, over all its partitions
public record KafkaSettings(
    String bootstrapServers,
    Map<String, String> properties,
    boolean createTopics,
    int partitions,
    short replicationFactor,
    String controlTopic,
    String deadLetterTopic,
    String ledgerTopic,
    String sessionsTopic,
    int maxChannelLength,
    ByteSize fetchBytes) {
  public KafkaSettings {
    properties = Map.copyOf(properties);
    require(!bootstrapServers.isBlank(), "kafka.bootstrap-servers is empty");
    require(partitions >= 1, "kafka.partitions is " + partitions + ", at least 1");
    require(
        replicationFactor == -1 || replicationFactor >= 1,
        "kafka.replication-factor is " + replicationFactor + ", −1 or at least 1");
    require(!controlTopic.isBlank(), "kafka.control-topic is empty");
    require(!deadLetterTopic.isBlank(), "kafka.dead-letter-topic is empty");
    require(!ledgerTopic.isBlank(), "kafka.ledger-topic is empty");
    require(
        !controlTopic.equals(deadLetterTopic),
        "kafka.control-topic and kafka.dead-letter-topic are both '" + controlTopic + "'");
    require(
        !ledgerTopic.equals(controlTopic) && !ledgerTopic.equals(deadLetterTopic),
        "kafka.ledger-topic is '" + ledgerTopic + "', which has another use");
    require(
        !sessionsTopic.equals(controlTopic)
            && !sessionsTopic.equals(deadLetterTopic)
            && !sessionsTopic.equals(ledgerTopic),
        "kafka.sessions-topic is '" + sessionsTopic + "', which has another use");
    require(
        maxChannelLength >= 1, "edge.max-channel-length is " + maxChannelLength + ", at least 1");
    require(
        fetchBytes.compareTo(ByteSize.mib(1)) >= 0 && fetchBytes.compareTo(ByteSize.mib(1024)) <= 0,
        "kafka.fetch-bytes is " + fetchBytes + ", 1MiB to 1GiB");
  }

  /// With nowhere to tell of users' connections.
  public KafkaSettings(
      String bootstrapServers,
      Map<String, String> properties,
      boolean createTopics,
      int partitions,
      short replicationFactor,
      String controlTopic,
      String deadLetterTopic,
      String ledgerTopic,
      int maxChannelLength,
      ByteSize fetchBytes) {
    this(
        bootstrapServers,
        properties,
        createTopics,
        partitions,
        replicationFactor,
        controlTopic,
        deadLetterTopic,
        ledgerTopic,
        "",
        maxChannelLength,
        fetchBytes);
  }

  /// Only the names of the pass-through properties: their values may be secret.
  @Override
  public String toString() {
    return "KafkaSettings[bootstrapServers=%s, properties=%s, createTopics=%s, partitions=%d, replicationFactor=%d, controlTopic=%s, deadLetterTopic=%s, ledgerTopic=%s, sessionsTopic=%s, maxChannelLength=%d, fetchBytes=%s]"
        .formatted(
            bootstrapServers,
            new TreeSet<>(properties.keySet()),
            createTopics,
            partitions,
            replicationFactor,
            controlTopic,
            deadLetterTopic,
            ledgerTopic,
            sessionsTopic,
            maxChannelLength,
            fetchBytes);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
