package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.lettuce.core.RedisClient;
import io.sluice.gateway.SessionRebuild.Rebuilt;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What services are told of users' connections, and what is made of it again.
@Tag("full")
final class SessionEventsTest {
  private static final String TOPIC = "test.sessions";
  private static final Map<String, String> SETTINGS = Map.of("tokens.anonymous", "true");

  private static Gateway node;
  private static ToldServices services;

  private final String user = "user-" + UUID.randomUUID();

  @BeforeAll
  static void start() throws Exception {
    node = TestStack.node("session-events", SETTINGS);
    services = new ToldServices(TestStack.kafka().bootstrapServers(), TOPIC);
  }

  @AfterAll
  static void stop() {
    services.close();
    node.close();
  }

  @Test
  void aConnectionsBeginningAndEndAreToldInOrderWithWhatItDid() throws Exception {
    String client;
    try (TestClient ann = TestClient.silent(node)) {
      client = connect(ann, "tab").path("connect").path("client").asText();
      services.events(user, 1); // an end takes the place of a beginning that waits
      ann.subscribe("events");
      TestStack.produce("session-events.default", "events", "{}");
      ann.publication("events");
    }
    List<JsonNode> told = services.events(user, 2);
    assertThat(ToldServices.names(told)).containsExactly("connected", "disconnected");
    JsonNode begun = told.getFirst();
    JsonNode ended = told.getLast();
    assertThat(begun.path("specversion").asText()).isEqualTo("1.0");
    assertThat(begun.path("source").asText()).isEqualTo("/sluice/nodes/" + node.nodeId());
    assertThat(begun.path("subject").asText()).isEqualTo(user);
    assertThat(begun.path("id").asText()).isNotEqualTo(ended.path("id").asText());
    for (JsonNode data : new JsonNode[] {begun.path("data"), ended.path("data")}) {
      assertThat(data.path("user").asText()).isEqualTo(user);
      assertThat(data.path("client").asText()).isEqualTo(client);
      assertThat(data.path("node").asText()).isEqualTo(node.nodeId());
      assertThat(data.path("session").asText()).isEqualTo("tab");
      assertThat(data.path("generation").asLong()).isPositive();
    }
    assertThat(ended.path("data").path("code").asInt()).isZero();
    assertThat(ended.path("data").path("reason").asText()).isEqualTo("the client left");
    assertThat(ended.path("data").path("commands").asInt()).isEqualTo(2);
    assertThat(ended.path("data").path("publications").asInt()).isEqualTo(1);
    assertThat(ended.path("data").path("connected").asText())
        .isEqualTo(begun.path("time").asText());
    assertThat(ended.path("data").path("duration_ms").asLong())
        .isEqualTo(
            Duration.between(
                    Instant.parse(begun.path("time").asText()),
                    Instant.parse(ended.path("time").asText()))
                .toMillis());
  }

  @Test
  void whoComesBackToASessionHasResumed() throws Exception {
    try (TestClient ann = TestClient.silent(node)) {
      connect(ann, "tab");
      services.events(user, 1);
    }
    services.events(user, 2); // its session is closed
    try (TestClient ann = TestClient.silent(node)) {
      connect(ann, "tab");
      services.events(user, 3);
    }
    List<JsonNode> told = services.events(user, 4);
    assertThat(ToldServices.names(told))
        .containsExactly("connected", "disconnected", "resumed", "disconnected");
    assertThat(generation(told.get(2))).isGreaterThan(generation(told.get(0)));
  }

  @Test
  void whoLosesItsSessionToAnotherIsToldOfAsTakenOver() throws Exception {
    try (TestClient old = TestClient.silent(node);
        TestClient ann = TestClient.silent(node)) {
      connect(old, "tab");
      services.events(user, 1);
      connect(ann, "tab");
      assertThat(old.closeCode()).isEqualTo(4500);
      List<JsonNode> told = services.events(user, 3);
      assertThat(ToldServices.names(told))
          .containsExactlyInAnyOrder("connected", "resumed", "taken-over");
      JsonNode ended =
          told.stream().filter(it -> it.path("data").has("code")).findFirst().orElseThrow();
      assertThat(ended.path("data").path("code").asInt()).isEqualTo(4500);
      assertThat(generation(ended)).isEqualTo(generation(told.getFirst()));
    }
  }

  @Test
  void whoIsClosedHasItsCodeToldAndWithoutASessionThereIsNone() throws Exception {
    try (TestClient ann = TestClient.connected(node, user)) {
      services.events(user, 1);
      ann.send("{\"id\":7,\"connect\":{}}"); // a second one
      assertThat(ann.closeCode()).isEqualTo(3501);
    }
    JsonNode ended = services.events(user, 2).getLast().path("data");
    assertThat(ended.path("code").asInt()).isEqualTo(3501);
    assertThat(ended.path("reason").asText()).isEqualTo("bad request");
    assertThat(ended.has("session")).isFalse();
  }

  @Test
  void nobodyIsToldOfConnectionsWithoutAUser() throws Exception {
    try (TestClient anonymous = TestClient.silent(node)) {
      anonymous.command("connect", "{}");
    }
    try (TestClient _ = TestClient.connected(node, user)) {
      services.events(user, 1);
    }
    assertThat(services.of("")).isEmpty();
  }

  @Test
  void whatRedisHasLostIsRebuiltFromTheLogAndNothingElse() throws Exception {
    try (TestClient gone = TestClient.silent(node);
        TestClient here = TestClient.silent(node)) {
      connect(gone, "gone");
      connect(here, "here");
      services.events(user, 2);
      gone.cut();
      services.events(user, 3);
      flushRedis();

      Rebuilt rebuilt = SessionRebuild.run(TestStack.config("session-events", SETTINGS));
      assertThat(rebuilt.restored()).isPositive();
      assertThat(rebuilt.there()).isZero();

      Rebuilt again = SessionRebuild.run(TestStack.config("session-events", SETTINGS));
      assertThat(again.restored()).isZero();
      assertThat(again.there()).isEqualTo(rebuilt.restored());
    }
    try (TestClient back = TestClient.silent(node)) {
      assertThat(session(connect(back, "gone"))).isEqualTo("resumed");
    }
  }

  @Test
  void withoutATopicNothingIsRebuilt() {
    Map<String, String> off = Map.of("kafka.sessions-topic", "");
    assertThatThrownBy(() -> SessionRebuild.run(TestStack.config("session-events", off)))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("kafka.sessions-topic");
  }

  private JsonNode connect(TestClient client, String session) throws Exception {
    return client.command(
        "connect",
        "{\"token\":\"%s\",\"data\":{\"session\":\"%s\"}}"
            .formatted(TestStack.token(user), session));
  }

  private static String session(JsonNode reply) {
    return reply.path("connect").path("data").path("sluice").path("session").asText();
  }

  private static long generation(JsonNode event) {
    return event.path("data").path("generation").asLong();
  }

  private static void flushRedis() {
    try (RedisClient client = RedisClient.create(TestStack.redis().uri());
        var connection = client.connect()) {
      connection.sync().flushall();
    }
  }
}
