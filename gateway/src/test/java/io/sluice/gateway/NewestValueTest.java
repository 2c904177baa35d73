package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.gateway.UniClient.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Namespaces that keep the newest value of each channel, at a node that has read on far beyond,
/// and at one that started later.
@Tag("full")
final class NewestValueTest {
  private static final String STATE = "newest.state";
  private static final String LOG = "newest.log";
  private static final String PLAIN = "newest.plain";
  private static final String FILLER = "\"" + "x".repeat(200_000) + "\"";

  private static Gateway origin;
  private static Gateway late;

  @BeforeAll
  static void start() throws Exception {
    origin = TestStack.node("newest", settings());
    for (String topic : List.of(STATE, LOG)) {
      TestStack.produce(topic, "old", "1");
      TestStack.produce(topic, "old", "2");
      TestStack.produce(topic, "gone", "1");
      TestStack.produce(deleted(topic, "gone"));
      // more than a window holds
      TestStack.produceBatch(topic, "filler", Collections.nCopies(30, FILLER));
    }
    late = TestStack.node("newest", settings());
    awaitNode(origin, "filler", 30);
  }

  private static Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("kafka.partitions", "1");
    settings.put("window.bytes", "1MiB"); // the least of a partition, 4 MiB
    settings.put("window.age", "0s");
    settings.put("namespaces.state.topic", STATE);
    settings.put("namespaces.state.mode", "state");
    settings.put("namespaces.state.read", "authenticated");
    settings.put("namespaces.log.topic", LOG);
    settings.put("namespaces.log.last-value", "true");
    settings.put("namespaces.log.read", "authenticated");
    settings.put("namespaces.plain.topic", PLAIN);
    settings.put("namespaces.plain.mode", "state");
    settings.put("namespaces.plain.positions", "false");
    settings.put("namespaces.plain.recovery", "false");
    return settings;
  }

  @AfterAll
  static void stop() {
    origin.close();
    late.close();
  }

  private static ProducerRecord<byte[], byte[]> deleted(String topic, String key) {
    return new ProducerRecord<>(topic, TestStack.bytes(key), null);
  }

  /// Awaits that a node has the record after which nothing was written yet.
  private static void awaitNode(Gateway node, String key, long records) throws Exception {
    try (TestClient client = TestClient.connected(node, "ann")) {
      await()
          .until(
              () ->
                  client
                      .command(
                          "history",
                          "{\"channel\":\"state:" + key + "\",\"limit\":1,\"reverse\":true}")
                      .at("/history/publications/0/offset")
                      .asLong(),
              offset -> offset >= records);
    }
  }

  /// Writes a value and awaits that both nodes have it.
  ///
  /// @return its position's offset
  private static long write(String key, String value) throws Exception {
    long offset = TestStack.produce(STATE, key, value).offset() + 1;
    awaitNode(origin, key, offset);
    awaitNode(late, key, offset);
    return offset;
  }

  private static JsonNode recovered(TestClient client, String channel, String epoch, long offset)
      throws Exception {
    JsonNode result = client.recover(channel, epoch, offset).path("subscribe");
    assertThat(result.path("was_recovering").asBoolean()).isTrue();
    return result;
  }

  private static List<Integer> data(JsonNode result) {
    List<Integer> all = new ArrayList<>();
    result.path("publications").forEach(p -> all.add(p.path("data").asInt()));
    return all;
  }

  @Test
  void aFreshSubscribeIsAnsweredWithTheNewestValueHoweverOldItIs() throws Exception {
    for (Gateway node : List.of(origin, late)) {
      try (TestClient client = TestClient.connected(node, "ann")) {
        JsonNode old = client.subscribe("state:old").path("subscribe");
        assertThat(data(old)).containsExactly(2);
        assertThat(old.at("/publications/0/offset").asLong()).isEqualTo(2);
        assertThat(old.path("offset").asLong()).isGreaterThan(30);
        assertThat(old.has("was_recovering")).isFalse();
        assertThat(data(client.subscribe("state:gone").path("subscribe"))).isEmpty();
        assertThat(data(client.subscribe("state:never").path("subscribe"))).isEmpty();
        assertThat(data(client.subscribe("log:old").path("subscribe")))
            .as("mode log promises what comes, not what was")
            .isEmpty();
        assertThat(client.rest()).isEmpty();
      }
    }
  }

  @Test
  void whatComesNextIsPushedOnce() throws Exception {
    write("live", "1");
    try (TestClient client = TestClient.connected(origin, "ann")) {
      assertThat(data(client.subscribe("state:live").path("subscribe"))).containsExactly(1);
      write("live", "2");
      assertThat(client.publication("state:live").path("data").asInt()).isEqualTo(2);
      assertThat(client.rest()).isEmpty();
    }
  }

  /// As SDKs ask with `since: {offset: 0, epoch: ''}`.
  @Test
  void aFirstSubscribeThatRecoversIsGivenTheStateAndToldThatItIsTheState() throws Exception {
    try (TestClient client = TestClient.connected(late, "ann")) {
      for (String channel : List.of("state:old", "state:never", "state:gone")) {
        JsonNode result =
            client
                .command("subscribe", "{\"channel\":\"" + channel + "\",\"recover\":true}")
                .path("subscribe");
        assertThat(result.path("recovered").asBoolean()).as(channel).isTrue();
        assertThat(data(result)).isEqualTo(channel.equals("state:old") ? List.of(2) : List.of());
      }
    }
  }

  @Test
  void whoComesBackIsGivenTheNewestValueAloneUnlessItHasIt() throws Exception {
    long first = write("back", "1");
    String epoch;
    try (TestClient client = TestClient.connected(origin, "ann")) {
      epoch = client.subscribe("state:back").path("subscribe").path("epoch").asText();
    }
    JsonNode result;
    try (TestClient client = TestClient.connected(late, "ann")) {
      result = recovered(client, "state:back", epoch, first);
      assertThat(result.path("recovered").asBoolean()).isTrue();
      assertThat(data(result)).isEmpty();
    }
    write("back", "2");
    long third = write("back", "3");
    try (TestClient client = TestClient.connected(late, "ann")) {
      result = recovered(client, "state:back", epoch, first);
      assertThat(result.path("recovered").asBoolean()).isTrue();
      assertThat(data(result)).containsExactly(3);
      assertThat(result.at("/publications/0/offset").asLong()).isEqualTo(third);
    }
    try (TestClient client = TestClient.connected(late, "ann")) {
      result = recovered(client, "state:back", epoch, third + 1_000_000);
      assertThat(result.path("recovered").asBoolean()).as("no log is that long").isFalse();
      assertThat(data(result)).containsExactly(3);
    }
  }

  @Test
  void anyEpochWillDo() throws Exception {
    write("epoch", "1");
    try (TestClient client = TestClient.connected(origin, "ann")) {
      JsonNode result =
          client
              .command(
                  "subscribe",
                  "{\"channel\":\"state:epoch\",\"recover\":true,\"epoch\":\"of old\",\"offset\":9000,\"flag\":2}")
              .path("subscribe");
      assertThat(result.path("recovered").asBoolean()).isTrue();
      assertThat(data(result)).containsExactly(1);
      assertThat(result.path("offset").asLong()).isLessThan(9_000);
      result = recovered(client, "state:never", "of old", 9_000);
      assertThat(result.path("recovered").asBoolean())
          .as("it may have a value that this log does not have")
          .isFalse();
    }
  }

  @Test
  void whoHasAValueThatWasDeletedSinceIsNotToldThatItStillStands() throws Exception {
    long value = write("fleeting", "1");
    String epoch;
    try (TestClient client = TestClient.connected(origin, "ann")) {
      epoch = client.subscribe("state:fleeting").path("subscribe").path("epoch").asText();
    }
    long end = TestStack.produce(deleted(STATE, "fleeting")).offset() + 1;
    write("other", "1");
    try (TestClient client = TestClient.connected(origin, "ann")) {
      JsonNode result = recovered(client, "state:fleeting", epoch, value);
      assertThat(result.path("recovered").asBoolean()).isFalse();
      assertThat(data(result)).isEmpty();
      client.command("unsubscribe", "{\"channel\":\"state:fleeting\"}");
      assertThat(recovered(client, "state:fleeting", epoch, end).path("recovered").asBoolean())
          .isTrue();
    }
  }

  @Test
  void aFilterJudgesTheNewestValue() throws Exception {
    var record = new ProducerRecord<>(STATE, TestStack.bytes("tagged"), TestStack.bytes("1"));
    record.headers().add("tag-kind", TestStack.bytes("a"));
    long offset = TestStack.produce(record).offset() + 1;
    awaitNode(origin, "tagged", offset);
    String subscribe =
        "{\"channel\":\"state:tagged\",\"tf\":{\"key\":\"kind\",\"cmp\":\"eq\",\"val\":\"%s\"}}";
    try (TestClient some = TestClient.connected(origin, "ann");
        TestClient none = TestClient.connected(origin, "ann")) {
      assertThat(data(some.command("subscribe", subscribe.formatted("a")).path("subscribe")))
          .containsExactly(1);
      assertThat(data(none.command("subscribe", subscribe.formatted("b")).path("subscribe")))
          .isEmpty();
    }
  }

  @Test
  void withoutPositionsTheValueIsGivenWithoutOne() throws Exception {
    TestStack.produce(PLAIN, "k", "1");
    JsonNode result =
        await()
            .until(
                () -> {
                  try (TestClient client = TestClient.connected(origin, "ann")) {
                    return client.subscribe("plain:k").path("subscribe");
                  }
                },
                it -> it.has("publications"));
    assertThat(data(result)).containsExactly(1);
    assertThat(result.at("/publications/0").has("offset")).isFalse();
    assertThat(result.has("epoch")).isFalse();
  }

  @Test
  void historyInReverseFindsTheNewestValueInBothModes() throws Exception {
    for (Gateway node : List.of(origin, late)) {
      try (TestClient client = TestClient.connected(node, "ann")) {
        for (String namespace : List.of("state", "log")) {
          JsonNode history = reverse(client, namespace + ":old", "");
          assertThat(data(history)).as(namespace).containsExactly(2);
          assertThat(data(reverse(client, namespace + ":gone", ""))).isEmpty();
          for (int offset : new int[] {1, 2, 3}) {
            String since =
                ",\"since\":{\"epoch\":\"%s\",\"offset\":%d}"
                    .formatted(history.path("epoch").asText(), offset);
            assertThat(data(reverse(client, namespace + ":old", since)))
                .as("before " + offset)
                .isEqualTo(offset == 3 ? List.of(2) : List.of());
          }
        }
      }
    }
  }

  private static JsonNode reverse(TestClient client, String channel, String since)
      throws Exception {
    return client
        .command(
            "history",
            "{\"channel\":\"%s\",\"limit\":5,\"reverse\":true%s}".formatted(channel, since))
        .path("history");
  }

  @Test
  void whomTheServerSubscribesIsGivenTheValueAsAPush() throws Exception {
    try (TestClient client = TestClient.silent(origin)) {
      JsonNode reply =
          client.command("connect", "{\"token\":\"" + TestStack.token("ann", "state:old") + "\"}");
      assertThat(reply.at("/connect/subs/state:old").has("publications")).isFalse();
      assertThat(client.publication("state:old").path("data").asInt()).isEqualTo(2);
    }
  }

  /// Also with values on both sides of the window's beginning.
  @ParameterizedTest
  @EnumSource(Kind.class)
  void aClientWithoutAnSdkHearsItAsAPushAndNotAgainWhenItComesBack(Kind kind) throws Exception {
    String young = "young-" + kind;
    write(young, "7");
    String query = UniClient.query("ann", "state:" + young, "state:old");
    UniClient client = new UniClient(kind, origin, query, "");
    JsonNode sub = client.next().path("connect").path("subs").path("state:old");
    assertThat(sub.has("publications")).isFalse();
    assertThat(client.number()).isEqualTo(2);
    String between = client.position();
    assertThat(client.number()).isEqualTo(7);
    client.close();

    client = new UniClient(kind, late, query, between);
    sub = client.next().path("connect").path("subs").path("state:old");
    assertThat(sub.path("recovered").asBoolean()).isTrue();
    assertThat(client.number()).as("not what it had").isEqualTo(7);
    String all = client.position();
    client.close();

    write(young, "8");
    write(young, "9");
    client = new UniClient(kind, origin, query, all);
    client.next();
    assertThat(client.number()).as("not what lies between").isEqualTo(9);
    write(young, "10");
    assertThat(client.number()).isEqualTo(10);
    client.close();
  }
}
