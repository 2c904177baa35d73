package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.Test;

/// The commands in `deploy/docs/operations.md` grant what a node needs, and nothing more.
class RightsGuideTest {
  private static final Path PAGE =
      Path.of(System.getProperty("sluice.root"), "deploy/docs/operations.md");

  /// The first block that has them; what only some nodes need is in the next one.
  private static final Pattern BLOCK = Pattern.compile("```sh\\nacl\\(\\) \\{[^`]+```");

  private static final Pattern LINE =
      Pattern.compile("(?m)^acl --topic (\\S+)((?: --operation \\w+)+)$");
  private static final Pattern OPERATION = Pattern.compile("--operation (\\w+)");

  private final TopicDemands demands =
      new TopicDemands(
          new KafkaSettings(
              "k:1",
              Map.of(),
              false,
              1,
              (short) 3,
              "sluice.control",
              "sluice.dead-letters",
              "sluice.ledger",
              "sluice.sessions",
              255,
              ByteSize.mib(16)),
          new PublishSettings(
              1,
              ByteSize.mib(1),
              Duration.ofSeconds(1),
              Duration.ofSeconds(4),
              Duration.ofSeconds(2)),
          List.of(TopicBinding.of("orders", "orders")));

  @Test
  void eachTopicIsGrantedWhatIsNeededAndNothingMore() throws IOException {
    Map<String, Set<AclOperation>> granted = granted();
    assertThat(granted.keySet()).hasSameElementsAs(demands.topics());
    granted.forEach((topic, operations) -> {
      assertThat(demands.faults(topic(topic, operations))).isEmpty();
      for (AclOperation operation : operations) {
        Set<AclOperation> less = EnumSet.copyOf(operations);
        less.remove(operation);
        assertThat(demands.faults(topic(topic, less)))
            .as("%s without %s", topic, operation)
            .hasSize(1);
      }
    });
  }

  private static Map<String, Set<AclOperation>> granted() throws IOException {
    Matcher block = BLOCK.matcher(Files.readString(PAGE));
    assertThat(block.find()).isTrue();
    Map<String, Set<AclOperation>> granted = new TreeMap<>();
    LINE.matcher(block.group())
        .results()
        .forEach(line ->
            OPERATION
                .matcher(line.group(2))
                .results()
                .forEach(it ->
                    granted
                        .computeIfAbsent(line.group(1), _ -> EnumSet.noneOf(AclOperation.class))
                        .add(operation(it.group(1)))));
    return granted;
  }

  /// As Kafka's tools write them.
  private static AclOperation operation(String name) {
    return switch (name) {
      case "Read" -> AclOperation.READ;
      case "Write" -> AclOperation.WRITE;
      case "DescribeConfigs" -> AclOperation.DESCRIBE_CONFIGS;
      default -> throw new IllegalArgumentException("no right that a node needs: " + name);
    };
  }

  private static TopicDescription topic(String name, Set<AclOperation> rights) {
    Node node = new Node(1, "k", 1);
    TopicPartitionInfo only = new TopicPartitionInfo(0, node, List.of(node), List.of(node));
    return new TopicDescription(name, false, List.of(only), rights);
  }
}
