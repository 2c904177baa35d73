package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.broker.KeyCodec;
import io.sluice.broker.Partitioner;
import io.sluice.broker.PayloadKind;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Topics that were there before Sluice, with records of any kind of key, partitioner and payload:
/// clients follow and recover them all alike, from memory and from the log.

@Tag("full")
final class ExistingTopicsTest {
  private static final int PARTITIONS = 3;

  /// A topic and its namespace; every two of the settings meet in one of them.
  record Kind(KeyCodec key, Partitioner partitioner, PayloadKind payload) {
    String namespace() {
      return String.join("-", key.configName(), partitioner.configName(), payload.configName());
    }

    String topic() {
      return "existing." + namespace();
    }

    String keyPart() {
      return switch (key) {
        case TEXT -> "grün";
        case LONG -> "-42";
        case UUID -> "6f1c1c2e-0a35-4f2b-9a53-0d6e3a1b7c11";
      };
    }

    /// As producers write them.
    byte[] recordKey() {
      return switch (key) {
        case TEXT, UUID -> keyPart().getBytes(StandardCharsets.UTF_8);
        case LONG -> new byte[] {-1, -1, -1, -1, -1, -1, -1, -42};
      };
    }

    byte[] value(int n) {
      return switch (payload) {
        case JSON -> TestStack.bytes("{\"n\":" + n + "}");
        case TEXT -> TestStack.bytes("n \"" + n + "\"");
        case BINARY -> new byte[] {(byte) 0xff, (byte) n};
      };
    }

    /// What a JSON client sees of it.
    String seen(int n) {
      return switch (payload) {
        case JSON -> "{\"n\":" + n + "}";
        case TEXT -> "\"n \\\"" + n + "\\\"\"";
        case BINARY -> '"' + Base64.getEncoder().encodeToString(value(n)) + '"';
      };
    }

    List<String> seen(int first, int last) {
      return IntStream.rangeClosed(first, last).mapToObj(this::seen).toList();
    }

    void produce(int n) throws Exception {
      int partition = partitioner.partition(recordKey(), PARTITIONS);
      TestStack.produce(new ProducerRecord<>(topic(), partition, recordKey(), value(n)));
    }
  }

  private static Gateway node;

  /// Its windows begin after the record that was there.
  private static Gateway late;

  static List<Kind> kinds() {
    return List.of(
        new Kind(KeyCodec.TEXT, Partitioner.MURMUR2, PayloadKind.JSON),
        new Kind(KeyCodec.TEXT, Partitioner.CRC32, PayloadKind.TEXT),
        new Kind(KeyCodec.TEXT, Partitioner.FNV1A, PayloadKind.BINARY),
        new Kind(KeyCodec.LONG, Partitioner.MURMUR2, PayloadKind.TEXT),
        new Kind(KeyCodec.LONG, Partitioner.CRC32, PayloadKind.BINARY),
        new Kind(KeyCodec.LONG, Partitioner.FNV1A, PayloadKind.JSON),
        new Kind(KeyCodec.UUID, Partitioner.MURMUR2, PayloadKind.BINARY),
        new Kind(KeyCodec.UUID, Partitioner.CRC32, PayloadKind.JSON),
        new Kind(KeyCodec.UUID, Partitioner.FNV1A, PayloadKind.TEXT));
  }

  @BeforeAll
  static void start() throws Exception {
    for (Kind kind : kinds()) {
      TestStack.kafka().createTopic(kind.topic(), PARTITIONS, Map.of());
      kind.produce(0);
    }
    node = TestStack.node("existing", settings("10m"));
    late = TestStack.node("existing", settings("0s"));
  }

  private static Map<String, String> settings(String age) {
    Map<String, String> settings = new HashMap<>();
    settings.put("window.age", age);
    settings.put("kafka.partitions", "1");
    kinds()
        .forEach(kind -> {
          String prefix = "namespaces." + kind.namespace() + ".";
          settings.put(prefix + "topic", kind.topic());
          settings.put(prefix + "key", kind.key().configName());
          settings.put(prefix + "partitioner", kind.partitioner().configName());
          settings.put(prefix + "payload", kind.payload().configName());
          settings.put(prefix + "read", "authenticated");
        });
    return settings;
  }

  @AfterAll
  static void stop() {
    node.close();
    late.close();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void whoIsCutComesBackToExactlyWhatItMissed(Kind kind) throws Exception {
    String channel = kind.namespace() + ":" + kind.keyPart();
    try (Follower follower = Follower.of(node, channel)) {
      kind.produce(1);
      assertThat(follower.next()).isEqualTo(kind.seen(1));
      follower.cut();
      for (int n = 2; n <= 4; n++) {
        kind.produce(n);
      }
      assertThat(follower.back(node)).isTrue();
      assertThat(follower.next(3)).isEqualTo(kind.seen(2, 4));
      JsonNode history =
          follower
              .client()
              .command("history", "{\"channel\":\"%s\",\"limit\":-1}".formatted(channel));
      assertThat(
              history.path("history").path("publications").findValues("data").stream()
                  .map(JsonNode::toString))
          .containsExactlyElementsOf(kind.seen(0, 4));
      assertThat(follower.rest()).isEmpty();
      try (Follower below = Follower.at(late, channel, follower.epoch(), 0)) {
        assertThat(below.again()).isTrue();
        assertThat(below.next(5)).isEqualTo(kind.seen(0, 4));
        assertThat(below.rest()).isEmpty();
      }
    }
  }
}
