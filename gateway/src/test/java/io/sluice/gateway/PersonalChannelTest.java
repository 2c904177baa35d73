package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.gateway.UniClient.Kind;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each user has the channel of its own id, and nobody else has it. In Protocol Buffers:
/// [JavaSdkTest].
final class PersonalChannelTest {
  private static final String TOPIC = "personal.own";
  private static Gateway gateway;

  @BeforeAll
  static void start() throws Exception {
    gateway =
        TestStack.node(
            "personal",
            Map.of(
                "tokens.anonymous", "true",
                "namespaces.own.topic", TOPIC,
                "namespaces.own.subscribe", "nobody",
                "namespaces.own.personal", "true",
                "namespaces.account.topic", "personal.account",
                "namespaces.account.key", "long",
                "namespaces.account.subscribe", "nobody",
                "namespaces.account.personal", "true"));
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static JsonNode subs(TestClient client, String connect) throws Exception {
    return client.command("connect", connect).path("connect").path("subs");
  }

  @Test
  void aUserGetsItsOwnRecordsWithoutAskingAndNoOthers() throws Exception {
    try (TestClient ann = TestClient.silent(gateway);
        TestClient bob = TestClient.connected(gateway, "bob")) {
      JsonNode own = subs(ann, TestClient.object(Map.of("token", TestStack.token("ann"))));
      assertThat(own.fieldNames()).toIterable().containsExactly("own:ann");
      assertThat(own.path("own:ann").path("recoverable").asBoolean()).isTrue();
      TestStack.produce(TOPIC, "ann", "1");
      TestStack.produce(TOPIC, "bob", "2");
      assertThat(ann.publication("own:ann").path("data").asInt()).isEqualTo(1);
      assertThat(bob.publication("own:bob").path("data").asInt()).isEqualTo(2);
      JsonNode reply = ann.subscribe("own:bob");
      assertThat(reply.path("error").path("code").asInt()).isEqualTo(103);
      assertThat(ann.rest()).isEmpty();
    }
  }

  @Test
  void whoComesBackGetsWhatItMissedThere() throws Exception {
    String token = TestStack.token("eve");
    JsonNode was;
    try (TestClient client = TestClient.silent(gateway)) {
      was = subs(client, TestClient.object(Map.of("token", token))).path("own:eve");
    }
    try (TestClient other = TestClient.silent(gateway)) { // until the node has read it
      assertThat(subs(other, TestClient.object(Map.of("token", token))).has("own:eve")).isTrue();
      TestStack.produce(TOPIC, "eve", "1");
      assertThat(other.publication("own:eve").path("data").asInt()).isEqualTo(1);
    }
    try (TestClient client = TestClient.silent(gateway)) {
      JsonNode sub =
          subs(
                  client,
                  "{\"token\":\"%s\",\"subs\":{\"own:eve\":{\"recover\":true,\"epoch\":\"%s\",\"offset\":%d}}}"
                      .formatted(token, was.path("epoch").asText(), was.path("offset").asLong()))
              .path("own:eve");
      assertThat(sub.path("recovered").asBoolean()).isTrue();
      assertThat(sub.path("publications").path(0).path("data").asInt()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aClientWithoutAnSdkNeedsNothingButItsToken(Kind kind) throws Exception {
    String user = "uni-" + kind;
    String query = "token=" + TestStack.token(user);
    UniClient client = new UniClient(kind, gateway, query, "");
    assertThat(client.next().path("connect").path("subs").has("own:" + user)).isTrue();
    TestStack.produce(TOPIC, user, "1");
    assertThat(client.number()).isEqualTo(1);
    client.close();
    TestStack.produce(TOPIC, user, "2");
    try (UniClient again = new UniClient(kind, gateway, query, client.position())) {
      again.next();
      assertThat(again.number()).isEqualTo(2);
    }
  }

  @Test
  void whoIsNobodyHasNone() throws Exception {
    try (TestClient client = TestClient.silent(gateway)) {
      assertThat(subs(client, "{}").isMissingNode()).isTrue();
    }
  }

  @Test
  void aUserWhoseIdIsNoKeyOfTheNamespaceHasNoneThere() throws Exception {
    try (TestClient client = TestClient.silent(gateway)) {
      assertThat(
              subs(client, TestClient.object(Map.of("token", TestStack.token("42")))).fieldNames())
          .toIterable()
          .containsExactlyInAnyOrder("own:42", "account:42");
    }
    try (TestClient client = TestClient.silent(gateway)) {
      String tooLong = TestStack.token("x".repeat(300));
      assertThat(subs(client, TestClient.object(Map.of("token", tooLong))).isMissingNode())
          .isTrue();
    }
  }
}
