package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Clients on channels where nothing happens, beside one where much does: their position stays
/// within what can be recovered. Without Redis.
final class QuietChannelTest {
  private static final String TOPIC = "quiet.default";
  private static final int MAX_SCAN = 200;
  private static Gateway here;

  @BeforeAll
  static void start() throws Exception {
    here = TestStack.node("quiet", settings());
  }

  private static Map<String, String> settings() {
    return Map.of(
        "window.age", "0s",
        "redis.uri", "",
        "kafka.partitions", "1",
        "namespaces.default.replay.max-scan", Integer.toString(MAX_SCAN));
  }

  @AfterAll
  static void stop() {
    here.close();
  }

  private static void others(int records) throws Exception {
    TestStack.produceBatch(
        TOPIC, "busy", java.util.Collections.nCopies(records, "{\"busy\":true}"));
  }

  @Test
  void whoHearsNothingIsAskedToComeBackInTimeAndMissesNothing() throws Exception {
    try (TestClient client = TestClient.connected(here, "ann")) {
      JsonNode position = client.subscribe("silent").path("subscribe");
      for (int round = 1; round <= 3; round++) {
        others(MAX_SCAN);
        JsonNode end = client.next(m -> m.path("push").has("unsubscribe")).path("push");
        assertThat(end.path("channel").asText()).isEqualTo("silent");
        assertThat(end.path("unsubscribe").path("code").asInt()).isEqualTo(2500);
        TestStack.produce(TOPIC, "silent", Integer.toString(round)); // before it is back
        long asked = position.path("offset").asLong();
        JsonNode reply =
            client.recover("silent", position.path("epoch").asText(), asked).path("subscribe");
        assertThat(reply.path("recovered").asBoolean()).isTrue();
        long offset = reply.path("offset").asLong();
        assertThat(offset).isGreaterThan(asked + MAX_SCAN / 2);
        JsonNode missed = reply.path("publications");
        JsonNode publication = missed.isEmpty() ? client.publication("silent") : missed.path(0);
        assertThat(publication.path("data").asInt()).isEqualTo(round);
        position =
            ((com.fasterxml.jackson.databind.node.ObjectNode) reply)
                .put("offset", publication.path("offset").asLong());
      }
    }
    assertThat(new EdgeProbe(here.apiPort()).metric("sluice_hub_anchored_total"))
        .isGreaterThanOrEqualTo(3);
  }

  /// What it was told lies within reach of a node that knows nothing of it.
  @Test
  void itsPositionIsGoodAtAnotherNodeAfterAnyTime() throws Exception {
    JsonNode first;
    JsonNode position;
    try (TestClient client = TestClient.connected(here, "ann")) {
      first = client.subscribe("away").path("subscribe");
      others(2 * MAX_SCAN);
      client.next(m -> m.path("push").has("unsubscribe"));
      position =
          client
              .recover("away", first.path("epoch").asText(), first.path("offset").asLong())
              .path("subscribe");
      assertThat(position.path("recovered").asBoolean()).isTrue();
    }
    TestStack.produce(TOPIC, "away", "1");
    try (Gateway there = TestStack.node("quiet", settings()); // whose window has nothing of it
        TestClient client = TestClient.connected(there, "ann")) {
      assertThat(recovered(client, first)).as("what it had at first").isFalse();
      client.command("unsubscribe", "{\"channel\":\"away\"}");
      assertThat(recovered(client, position)).as("what it was told later").isTrue();
      assertThat(client.publication("away").path("data").asInt()).isEqualTo(1);
    }
  }

  private static boolean recovered(TestClient client, JsonNode from) throws Exception {
    return client
        .recover("away", from.path("epoch").asText(), from.path("offset").asLong())
        .path("subscribe")
        .path("recovered")
        .asBoolean();
  }

  /// A channel that the token gives cannot be asked for again: its client is told where it stands.
  @Test
  void whoWasSubscribedByTheServerIsToldItsPosition() throws Exception {
    try (TestClient client = TestClient.silent(here)) {
      JsonNode connected =
          client.command("connect", "{\"token\":\"" + TestStack.token("ann", "given") + "\"}");
      long first = connected.path("connect").path("subs").path("given").path("offset").asLong();
      others(MAX_SCAN);
      JsonNode push = client.next(m -> m.path("push").has("subscribe")).path("push");
      assertThat(push.path("channel").asText()).isEqualTo("given");
      assertThat(push.path("subscribe").path("recoverable").asBoolean()).isTrue();
      assertThat(push.path("subscribe").path("offset").asLong())
          .isGreaterThan(first + MAX_SCAN / 2);
    }
  }

  /// A client that presents another position is judged by that alone.
  @Test
  void nobodyGainsByAnothersAnchor() throws Exception {
    try (TestClient client = TestClient.connected(here, "ann")) {
      JsonNode first = client.subscribe("other").path("subscribe");
      long offset = first.path("offset").asLong();
      TestStack.produce(TOPIC, "other", "1");
      client.publication("other");
      others(MAX_SCAN);
      client.next(m -> m.path("push").has("unsubscribe"));
      JsonNode reply =
          client.recover("other", first.path("epoch").asText(), offset).path("subscribe");
      // the window here still has it; what matters is that it is not skipped
      assertThat(reply.path("recovered").asBoolean()).isTrue();
      assertThat(reply.path("publications").findValuesAsText("data")).containsExactly("1");
    }
  }
}
