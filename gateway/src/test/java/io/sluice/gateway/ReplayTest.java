package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.gateway.UniClient.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Clients whose position lies below the window of the node they come to: it started after the
/// records were written and read none of the past.
final class ReplayTest {
  private static final String TOPIC = "replay.default";
  private static final String SHORT = "replay.short";
  private static final String GONE = "replay.gone";
  private static final int RECORDS = 120;
  private static final int CHANNELS = 10;

  private static final Map<String, JsonNode> STARTS = new HashMap<>();
  private static Gateway origin;
  private static Gateway late;

  @BeforeAll
  static void start() throws Exception {
    origin = TestStack.node("replay", settings("10m"));
    List<String> channels = new ArrayList<>(List.of("short:a", "gone:a"));
    IntStream.range(0, CHANNELS).mapToObj(i -> "k" + i).forEach(channels::add);
    try (TestClient client = TestClient.connected(origin, "ann")) {
      for (String channel : channels) {
        STARTS.put(channel, client.subscribe(channel).path("subscribe"));
      }
    }
    List<String> values = IntStream.rangeClosed(1, RECORDS).mapToObj(ReplayTest::numbered).toList();
    for (int k = 0; k < CHANNELS; k++) {
      TestStack.produceBatch(TOPIC, "k" + k, values);
    }
    TestStack.produceBatch(SHORT, "a", values);
    TestStack.produceBatch(GONE, "a", values);
    late = TestStack.node("replay", settings("0s"));
  }

  private static Map<String, String> settings(String age) {
    return Map.of(
        "window.age",
        age,
        "edge.ping-interval",
        "1s",
        "edge.pong-timeout",
        "900ms",
        "edge.ping-strikes",
        "10", // the clients here answer none
        "namespaces.short.topic",
        SHORT,
        "namespaces.short.replay.max-scan",
        "50",
        "namespaces.gone.topic",
        GONE);
  }

  @AfterAll
  static void stop() {
    origin.close();
    late.close();
  }

  private static String numbered(int n) {
    return "{\"n\":" + n + "}";
  }

  /// The position at which nothing of a channel was there yet.
  private static JsonNode start(String channel) {
    JsonNode known = STARTS.get(channel);
    if (known == null) {
      throw new AssertionError("no start of " + channel);
    }
    return known;
  }

  private static JsonNode recover(TestClient client, String channel, long offset) throws Exception {
    return client.recover(channel, start(channel).path("epoch").asText(), offset).path("subscribe");
  }

  private static double metric(String name) throws Exception {
    return new EdgeProbe(late.apiPort()).metric(name);
  }

  private static double recoveries(String verdict, String source, String reason) throws Exception {
    return metric(
        "sluice_edge_recoveries_total{reason=\"%s\",source=\"%s\",verdict=\"%s\"}"
            .formatted(reason, source, verdict));
  }

  private static void assertReceives(TestClient client, String channel, int first)
      throws Exception {
    long offset = 0;
    for (int n = first; n <= RECORDS; n++) {
      JsonNode publication = client.publication(channel);
      assertThat(publication.path("data").path("n").asInt()).as(channel).isEqualTo(n);
      assertThat(publication.path("offset").asLong()).isGreaterThan(offset);
      offset = publication.path("offset").asLong();
    }
  }

  @Test
  void whatHasLeftTheWindowComesFromTheLogAndThenWhatIsNew() throws Exception {
    double before = recoveries("recovered", "kafka", "none");
    try (TestClient client = TestClient.connected(late, "ann")) {
      long offset = start("k0").path("offset").asLong();
      JsonNode reply = recover(client, "k0", offset);
      assertThat(reply.path("was_recovering").asBoolean()).isTrue();
      assertThat(reply.path("recovered").asBoolean()).isTrue();
      assertThat(reply.path("offset").asLong()).isEqualTo(offset);
      assertReceives(client, "k0", 1);
      TestStack.produce(TOPIC, "k0", numbered(0));
      assertThat(client.publication("k0").path("data").path("n").asInt()).isZero();
      assertThat(client.rest()).isEmpty();
    }
    assertThat(recoveries("recovered", "kafka", "none")).isEqualTo(before + 1);
  }

  /// Each goes on from a place of its own; most are served by a scan that reads for others, too.
  @Test
  void manyAreReadForTogether() throws Exception {
    Random random = new Random(7);
    double scans = metric("sluice_replay_scans_total");
    List<TestClient> clients = new ArrayList<>();
    List<Integer> firsts = new ArrayList<>();
    List<String> subscribes = new ArrayList<>();
    try {
      long[][] offsets = new long[CHANNELS][];
      for (int k = 1; k < CHANNELS; k++) {
        offsets[k] = offsetsOf("k" + k);
      }
      for (int i = 0; i < 90; i++) {
        String channel = "k" + (1 + i % 9);
        int seen = random.nextInt(RECORDS - 1);
        long at = seen == 0 ? start(channel).path("offset").asLong() : offsets[1 + i % 9][seen - 1];
        clients.add(TestClient.connected(late, "user" + i));
        firsts.add(seen + 1);
        subscribes.add(
            "{\"id\":7,\"subscribe\":{\"channel\":\"%s\",\"recover\":true,\"epoch\":\"%s\",\"offset\":%d}}"
                .formatted(channel, start(channel).path("epoch").asText(), at));
      }
      for (int i = 0; i < clients.size(); i++) { // all at once
        clients.get(i).send(subscribes.get(i));
      }
      for (int i = 0; i < clients.size(); i++) {
        JsonNode reply = clients.get(i).next(m -> m.path("id").asInt() == 7).path("subscribe");
        assertThat(reply.path("recovered").asBoolean()).isTrue();
        assertReceives(clients.get(i), "k" + (1 + i % 9), firsts.get(i));
      }
    } finally {
      clients.forEach(TestClient::close);
    }
    assertThat(metric("sluice_replay_scans_total") - scans).isBetween(1.0, 60.0);
    await().until(() -> metric("sluice_replay_readers") == 0);
  }

  /// After each of a channel's publications, as the node that has them tells.
  private static long[] offsetsOf(String channel) throws Exception {
    try (TestClient client = TestClient.connected(origin, "ann")) {
      JsonNode start = start(channel);
      JsonNode reply =
          client.recover(channel, start.path("epoch").asText(), start.path("offset").asLong());
      long[] offsets = new long[RECORDS];
      JsonNode answered = reply.path("subscribe").path("publications");
      for (int i = 0; i < RECORDS; i++) {
        JsonNode publication = i < answered.size() ? answered.path(i) : client.publication(channel);
        offsets[i] = publication.path("offset").asLong();
      }
      return offsets;
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void clientsWithoutAnSdkComeBackBelowTheWindowToo(Kind kind) throws Exception {
    String channel = "uni-" + kind;
    String query = UniClient.query("ann", channel);
    UniClient first = new UniClient(kind, origin, query, "");
    first.next();
    TestStack.produce(TOPIC, channel, "1");
    assertThat(first.number()).isEqualTo(1);
    String position = first.position();
    first.close();
    for (int n = 2; n <= 30; n++) {
      TestStack.produce(TOPIC, channel, Integer.toString(n));
    }
    try (Gateway later = TestStack.node("replay", settings("0s"))) {
      UniClient again = new UniClient(kind, later, query, position);
      JsonNode sub = again.next().path("connect").path("subs").path(channel);
      assertThat(sub.path("recovered").asBoolean()).isTrue();
      for (int n = 2; n <= 30; n++) {
        assertThat(again.number()).isEqualTo(n);
      }
      TestStack.produce(TOPIC, channel, "31");
      assertThat(again.number()).isEqualTo(31);
      again.close();
    }
  }

  @Test
  void whoWasAwayForMoreThanTheNamespaceAllowsIsToldSo() throws Exception {
    double before = recoveries("unrecoverable", "none", "too-far");
    try (TestClient client = TestClient.connected(late, "ann")) {
      long end = offsetsOfShort();
      JsonNode reply = recover(client, "short:a", end - 51);
      assertThat(reply.path("was_recovering").asBoolean()).isTrue();
      assertThat(reply.has("recovered")).isFalse();
      client.command("unsubscribe", "{\"channel\":\"short:a\"}");
      assertThat(recover(client, "short:a", end - 50).path("recovered").asBoolean()).isTrue();
    }
    assertThat(recoveries("unrecoverable", "none", "too-far")).isEqualTo(before + 1);
  }

  private static long offsetsOfShort() throws Exception {
    try (TestClient client = TestClient.connected(late, "ann")) {
      return client.subscribe("short:a").path("subscribe").path("offset").asLong();
    }
  }

  @Test
  void whatTheLogNoLongerHasIsSaidToBeLost() throws Exception {
    String epoch = start("gone:a").path("epoch").asText();
    int partition = Integer.parseInt(epoch.split("\\.", -1)[1]);
    long begins = start("gone:a").path("offset").asLong() + 40;
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", TestStack.kafka().bootstrapServers()))) {
      admin
          .deleteRecords(
              Map.of(new TopicPartition(GONE, partition), RecordsToDelete.beforeOffset(begins)))
          .all()
          .get();
    }
    try (TestClient client = TestClient.connected(late, "ann")) {
      assertThat(recover(client, "gone:a", begins - 1).has("recovered")).isFalse();
      client.command("unsubscribe", "{\"channel\":\"gone:a\"}");
      assertThat(recover(client, "gone:a", begins).path("recovered").asBoolean()).isTrue();
      assertReceives(client, "gone:a", 41);
    }
    assertThat(recoveries("unrecoverable", "none", "retention")).isEqualTo(1);
  }
}
