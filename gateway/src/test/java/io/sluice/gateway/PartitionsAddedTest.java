package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.broker.Partitioner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A topic gets partitions while clients are connected: those of channels that have moved are told,
/// and those of the others notice nothing at all.
@Tag("full")
final class PartitionsAddedTest {
  private static final String TOPIC = "added.default";
  private static final int BEFORE = 2;
  private static final int NOW = 4;
  private static final List<String> KEYS = IntStream.range(0, 24).mapToObj(i -> "k" + i).toList();

  private static boolean moved(String key) {
    return Partitioner.MURMUR2.partition(key, BEFORE) != Partitioner.MURMUR2.partition(key, NOW);
  }

  /// As a producer does that knows so many partitions.
  private static void produce(String key, int value, int partitions) throws Exception {
    int partition = Partitioner.MURMUR2.partition(key, partitions);
    TestStack.produce(
        new ProducerRecord<>(
            TOPIC, partition, TestStack.bytes(key), TestStack.bytes(Integer.toString(value))));
  }

  private static List<Follower> follow(Gateway node) throws Exception {
    List<Follower> all = new ArrayList<>();
    for (String key : KEYS) {
      all.add(Follower.of(node, key));
    }
    return all;
  }

  @Test
  void whoseChannelMovedIsToldAndTheOthersNoticeNothing() throws Exception {
    List<Follower> live = new ArrayList<>();
    List<Follower> away = new ArrayList<>();
    try (Gateway node =
            TestStack.node(
                "added",
                Map.of(
                    "kafka.partitions",
                    Integer.toString(BEFORE),
                    "edge.ping-interval",
                    "10m", // these clients do not answer pings
                    "namespaces.default.read",
                    "authenticated"));
        TestClient keyless = TestClient.connected(node, "ann");
        Operator operator = new Operator(TestStack.kafka())) {
      keyless.subscribe("keyless");
      live.addAll(follow(node));
      away.addAll(follow(node));
      for (String key : KEYS) {
        produce(key, 1, BEFORE);
      }
      for (int i = 0; i < KEYS.size(); i++) {
        assertThat(live.get(i).next()).isEqualTo("1");
        assertThat(away.get(i).next()).isEqualTo("1");
        away.get(i).cut();
      }

      operator.addPartitions(TOPIC, NOW);
      for (String key : KEYS) {
        produce(key, 2, NOW); // before the node has noticed: it looks every few seconds
      }

      JsonNode end = keyless.next(m -> m.path("push").has("unsubscribe")).path("push");
      assertThat(end.path("unsubscribe").path("code").asInt()).isEqualTo(2500);
      for (Follower follower : live) {
        if (moved(follower.channel())) {
          assertMoved(follower);
        } else {
          assertThat(follower.next()).isEqualTo("2");
        }
      }
      for (Follower follower : away) {
        boolean moved = moved(follower.channel());
        String before = follower.epoch();
        assertThat(follower.back(node)).as(follower.channel()).isEqualTo(!moved);
        assertThat(follower.epoch()).isNotEqualTo(before);
        if (!moved) {
          assertThat(follower.next()).isEqualTo("2");
        }
      }
      for (String key : KEYS) {
        produce(key, 3, NOW);
      }
      for (int i = 0; i < KEYS.size(); i++) {
        String next = live.get(i).next();
        if (moved(KEYS.get(i)) && next.equals("2")) { // it may come as news, too
          next = live.get(i).next();
        }
        assertThat(next).isEqualTo("3");
        assertThat(live.get(i).rest()).as(KEYS.get(i)).isEmpty();
        assertThat(away.get(i).next()).isEqualTo("3");
        assertThat(away.get(i).rest()).as(KEYS.get(i)).isEmpty();
      }
      assertThat(KEYS.stream().filter(PartitionsAddedTest::moved)).hasSizeBetween(6, 18);
    } finally {
      live.forEach(Follower::close);
      away.forEach(Follower::close);
    }
  }

  /// Of the record that was written before the node had noticed it was told with the end; whoever
  /// asks for the channel's past finds it.
  private static void assertMoved(Follower follower) throws Exception {
    assertThat(follower.end()).isEmpty();
    assertThat(follower.again()).isFalse();
    String history = "{\"channel\":\"%s\",\"limit\":-1}".formatted(follower.channel());
    await()
        .until(() ->
            follower
                .client()
                .command("history", history)
                .path("history")
                .path("publications")
                .findValuesAsText("data")
                .equals(List.of("2")));
  }
}
