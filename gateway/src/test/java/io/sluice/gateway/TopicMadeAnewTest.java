package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Topics that are deleted and created again while clients follow their channels. Kafka's consumers
/// say nothing of it where the new log is longer than the position, and jump back where it is not.
final class TopicMadeAnewTest {
  private static final int RECORDS = 5;

  /// How many records the new topic has when the node comes to look, by its namespace.
  private static final Map<String, Integer> NOW =
      Map.of("longer", 3 * RECORDS, "shorter", 2, "empty", 0);

  private static Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("kafka.partitions", "1");
    settings.put("edge.ping-interval", "10m"); // these clients do not answer pings
    NOW.keySet().forEach(name -> settings.put("namespaces." + name + ".topic", "anew." + name));
    return settings;
  }

  private static void produce(String channel, String value) throws Exception {
    String[] name = channel.split(":", -1);
    TestStack.produce("anew." + name[0], name[1], value);
  }

  @Test
  void everybodyIsToldOnceAndNothingOfTheNewTopicComesBefore() throws Exception {
    List<Follower> all = new ArrayList<>();
    try (Gateway node = TestStack.node("anew", settings());
        Operator operator = new Operator(TestStack.kafka())) {
      for (String namespace : NOW.keySet()) {
        all.add(Follower.of(node, namespace + ":heard"));
        all.add(Follower.of(node, namespace + ":quiet"));
        for (int n = 1; n <= RECORDS; n++) {
          produce(namespace + ":heard", Integer.toString(n));
        }
      }
      for (Follower follower : all) {
        if (follower.channel().endsWith("heard")) {
          assertThat(follower.next(RECORDS)).containsExactly("1", "2", "3", "4", "5");
        }
      }

      for (Map.Entry<String, Integer> topic : NOW.entrySet()) {
        operator.recreate("anew." + topic.getKey(), 1);
        for (int n = 0; n < topic.getValue(); n++) {
          produce(topic.getKey() + ":heard", "-1");
        }
      }

      for (Follower follower : all) {
        String before = follower.epoch();
        assertThat(follower.end()).as(follower.channel()).isEmpty();
        assertThat(follower.rest()).as(follower.channel()).isEmpty();
        assertThat(follower.again()).as(follower.channel()).isFalse();
        assertThat(follower.epoch()).isNotEqualTo(before);
      }
      for (Follower follower : all) {
        produce(follower.channel(), "7");
        String next = follower.next();
        while (next.equals("-1")) { // it may come as news
          next = follower.next();
        }
        assertThat(next).isEqualTo("7");
      }
      // from here on all is as ever
      for (Follower follower : all) {
        follower.cut();
        assertThat(follower.back(node)).isTrue();
        assertThat(follower.rest()).as(follower.channel()).isEmpty();
      }
    } finally {
      all.forEach(Follower::close);
    }
  }
}
