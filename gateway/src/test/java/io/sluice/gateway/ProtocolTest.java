package io.sluice.gateway;

import static io.sluice.gateway.TestStack.produce;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The client protocol over a real socket, a real Kafka and a real Redis.
final class ProtocolTest {
  private static final String TOPIC = "protocol.default";
  private static Gateway gateway;

  @BeforeAll
  static void start() throws Exception {
    gateway =
        TestStack.node(
            "protocol",
            Map.of(
                "edge.ping-interval", "2s",
                "edge.pong-timeout", "1s",
                "edge.ping-strikes", "3", // those who answer none are still to be there
                "edge.connect-timeout", "3s",
                "edge.max-channels", "5"));
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @Test
  void aRecordProducedByAnyoneReachesItsSubscriberWithItsPosition() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      JsonNode subscribed = client.subscribe("news").path("subscribe");
      assertThat(subscribed.path("recoverable").asBoolean()).isTrue();
      assertThat(subscribed.path("positioned").asBoolean()).isTrue();
      var metadata = produce(TOPIC, "news", "{\"n\":1}");

      JsonNode publication = client.publication("news");

      assertThat(publication.path("data").path("n").asInt()).isEqualTo(1);
      assertThat(publication.path("offset").asLong()).isEqualTo(metadata.offset() + 1);
      assertThat(publication.path("time").asLong()).isEqualTo(metadata.timestamp());
    }
  }

  @Test
  void prettyPrintedJsonDoesNotSplitTheFrame() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      client.subscribe("pretty");
      produce(TOPIC, "pretty", "{\r\n  \"a\": \"x\\ny\"\n}");

      assertThat(client.publication("pretty").path("data").path("a").asText()).isEqualTo("x\ny");
    }
  }

  @Test
  void connectAndSubscribesMayShareTheFirstFrame() throws Exception {
    try (TestClient client = TestClient.silent(gateway)) {
      client.send(
          "{\"id\":1,\"connect\":{\"token\":\"%s\"}}\n{\"id\":2,\"subscribe\":{\"channel\":\"a\"}}\n{\"id\":3,\"subscribe\":{\"channel\":\"b\"}}"
              .formatted(TestStack.token("ann")));

      JsonNode connected = client.next(m -> m.path("id").asInt() == 1).path("connect");
      assertThat(connected.path("client").asText()).isNotEmpty();
      assertThat(connected.path("ping").asInt()).isEqualTo(2);
      assertThat(connected.path("pong").asBoolean()).isTrue();
      assertThat(client.next(m -> m.path("id").asInt() == 2).has("subscribe")).isTrue();
      assertThat(client.next(m -> m.path("id").asInt() == 3).has("subscribe")).isTrue();
    }
  }

  @Test
  void aPublishIsAcknowledgedWhenKafkaHasItAndNamesItsSender() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "bob")) {
      client.subscribe("chat");
      JsonNode reply = client.command("publish", "{\"channel\":\"chat\",\"data\":{\"t\":1.50}}");
      assertThat(reply.has("publish")).isTrue();

      JsonNode publication = client.publication("chat");
      assertThat(publication.path("data").toString()).isEqualTo("{\"t\":1.5}");
      assertThat(publication.path("info").path("user").asText()).isEqualTo("bob");
    }
  }

  @Test
  void aTextNamespaceTakesAndGivesStrings() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "bob")) {
      client.subscribe("text:t");
      client.command("publish", "{\"channel\":\"text:t\",\"data\":\"a \\\"b\\\"\\n\"}");
      assertThat(client.publication("text:t").path("data").asText()).isEqualTo("a \"b\"\n");
      assertThat(
              client
                  .command("publish", "{\"channel\":\"text:t\",\"data\":{}}")
                  .path("error")
                  .path("code")
                  .asInt())
          .isEqualTo(107);
    }
  }

  @Test
  void aClientThatComesBackGetsExactlyWhatItMissed() throws Exception {
    String epoch;
    long offset;
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      client.subscribe("away");
      produce(TOPIC, "away", "1");
      offset = client.publication("away").path("offset").asLong();
    }
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      epoch = client.subscribe("away").path("subscribe").path("epoch").asText();
    }
    for (int i = 2; i <= 4; i++) {
      produce(TOPIC, "away", Integer.toString(i));
      produce(TOPIC, "another", "0");
    }
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      JsonNode reply = client.recover("away", epoch, offset).path("subscribe");

      assertThat(reply.path("was_recovering").asBoolean()).isTrue();
      assertThat(reply.path("recovered").asBoolean()).isTrue();
      assertThat(reply.path("offset").asLong()).isEqualTo(offset);
      assertThat(reply.path("publications").findValuesAsText("data"))
          .containsExactly("2", "3", "4");
      produce(TOPIC, "away", "5");
      assertThat(client.publication("away").path("data").asInt()).isEqualTo(5);
    }
  }

  @Test
  void whoMissedNothingIsToldTheNewerPosition() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      JsonNode first = client.subscribe("quiet").path("subscribe");
      client.command("unsubscribe", "{\"channel\":\"quiet\"}");
      JsonNode again =
          client
              .recover("quiet", first.path("epoch").asText(), first.path("offset").asLong())
              .path("subscribe");

      assertThat(again.path("recovered").asBoolean()).isTrue();
      assertThat(again.has("publications")).isFalse();
      assertThat(again.path("offset").asLong())
          .isGreaterThanOrEqualTo(first.path("offset").asLong());
    }
  }

  @ParameterizedTest
  @CsvSource({"'',1", "no-epoch-of-ours,1", "AAAAAAAAAAAAAAAAAAAAAA.0.4.0,1"})
  void aPositionOfAnotherEpochIsToldThatItCannotBeRecovered(String epoch, long offset)
      throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      JsonNode reply = client.recover("news", epoch, offset).path("subscribe");

      assertThat(reply.path("was_recovering").asBoolean()).isTrue();
      assertThat(reply.has("recovered")).isFalse();
      assertThat(reply.has("publications")).isFalse();
      assertThat(reply.path("epoch").asText()).isNotEmpty();
    }
  }

  @Test
  void aPositionBeyondTheLogsEndCannotBeRecovered() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      JsonNode now = client.subscribe("beyond").path("subscribe");
      client.command("unsubscribe", "{\"channel\":\"beyond\"}");
      JsonNode reply =
          client
              .recover(
                  "beyond", now.path("epoch").asText(), now.path("offset").asLong() + 1_000_000)
              .path("subscribe");

      assertThat(reply.path("was_recovering").asBoolean()).isTrue();
      assertThat(reply.has("recovered")).isFalse();
      assertThat(reply.path("offset").asLong()).isLessThan(1_000_000);
    }
  }

  /// 3 is what the JavaScript SDK sends of a subscription with `getState`.
  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void flagTwoTurnsAnUnrecoverablePositionIntoError112(int flag) throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      JsonNode reply =
          client.command(
              "subscribe",
              "{\"channel\":\"news\",\"recover\":true,\"epoch\":\"x\",\"offset\":1,\"flag\":%d}"
                  .formatted(flag));

      assertThat(reply.path("error").path("code").asInt()).isEqualTo(112);
      assertThat(client.subscribe("news").has("subscribe")).isTrue();
    }
  }

  @Test
  void theKeylessChannelGetsRecordsWithoutAKeyFromEveryPartition() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      JsonNode subscribed = client.subscribe("keyless").path("subscribe");
      assertThat(subscribed.has("recoverable")).isFalse();
      for (int partition = 0; partition < 4; partition++) {
        TestStack.produce(
            new org.apache.kafka.clients.producer.ProducerRecord<>(
                TOPIC, partition, null, TestStack.bytes(Integer.toString(partition))));
        JsonNode publication = client.publication("keyless");
        assertThat(publication.path("data").asInt()).isEqualTo(partition);
        assertThat(publication.has("offset")).isFalse();
      }
    }
  }

  @Test
  void headersBecomeTags() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      client.subscribe("tagged");
      var record =
          new org.apache.kafka.clients.producer.ProducerRecord<>(
              TOPIC, TestStack.bytes("tagged"), TestStack.bytes("1"));
      record.headers().add("tag-colour", TestStack.bytes("red"));
      TestStack.produce(record);

      assertThat(client.publication("tagged").path("tags").path("colour").asText())
          .isEqualTo("red");
    }
  }

  @Test
  void aRecordThatIsNotJsonIsSkippedAndThePartitionGoesOn() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      client.subscribe("mixed");
      produce(TOPIC, "mixed", "{broken");
      produce(TOPIC, "mixed", "2");

      assertThat(client.publication("mixed").path("data").asInt()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "subscribe,'{\"channel\":\"nowhere:x\"}',102",
    "subscribe,'{\"channel\":\"closed:x\"}',103",
    "subscribe,'{\"channel\":\"default:x\"}',107",
    "publish,'{\"channel\":\"closed:x\",\"data\":1}',103",
    "history,'{\"channel\":\"news\"}',103",
    "history,'{\"channel\":\"keyless\"}',108",
    "presence,'{\"channel\":\"news\"}',108",
    "presence_stats,'{\"channel\":\"news\"}',108",
    "rpc,'{\"method\":\"m\"}',108",
    "sub_refresh,'{\"channel\":\"news\",\"token\":\"t\"}',103",
  })
  void aCommandThatCannotBeDoneIsAnsweredWithItsCode(String method, String request, int code)
      throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      assertThat(client.command(method, request).path("error").path("code").asInt())
          .isEqualTo(code);
    }
  }

  @Test
  void aNameThatIsTooLongIsError107() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      assertThat(client.subscribe("x".repeat(256)).path("error").path("code").asInt())
          .isEqualTo(107);
      assertThat(client.subscribe("x".repeat(255)).has("subscribe")).isTrue();
    }
  }

  @Test
  void subscribingTwiceIsError105AndTooOftenError106() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      client.subscribe("c1");
      assertThat(client.subscribe("c1").path("error").path("code").asInt()).isEqualTo(105);
      for (int i = 2; i <= 5; i++) {
        client.subscribe("c" + i);
      }
      assertThat(client.subscribe("c6").path("error").path("code").asInt()).isEqualTo(106);
      assertThat(client.command("unsubscribe", "{\"channel\":\"c1\"}").has("unsubscribe")).isTrue();
      assertThat(client.subscribe("c6").has("subscribe")).isTrue();
    }
  }

  @Test
  void aSubscribeGivenUpWhileKafkaIsAskedIsAnsweredAndLeavesANewerOneAlone() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      JsonNode now = client.subscribe("given-up").path("subscribe");
      client.command("unsubscribe", "{\"channel\":\"given-up\"}");
      client.send(
          """
          {"id":91,"subscribe":{"channel":"given-up","recover":true,"epoch":"%s","offset":%d}}
          {"id":92,"unsubscribe":{"channel":"given-up"}}
          {"id":93,"subscribe":{"channel":"given-up"}}\
          """
              .formatted(now.path("epoch").asText(), now.path("offset").asLong() + 1_000_000));

      assertThat(client.next(m -> m.path("id").asInt() == 93).has("subscribe")).isTrue();
      JsonNode givenUp = client.next(m -> m.path("id").asInt() == 91);
      assertThat(givenUp.path("error").path("temporary").asBoolean()).isTrue();
      produce(TOPIC, "given-up", "1");
      assertThat(client.publication("given-up").path("data").asInt()).isEqualTo(1);
    }
  }

  @Test
  void unsubscribingFromAnUnknownChannelSucceeds() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      assertThat(client.command("unsubscribe", "{\"channel\":\"never\"}").has("unsubscribe"))
          .isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":1,\"subscribe\":{\"channel\":\"a\"}}",
        "not json",
        "{\"id\":1,\"connect\":",
        "",
        "{\"id\":1,\"fly\":{}}",
        "{\"connect\":{}}",
        "{\"id\":1}",
        "[]",
        "{}",
        "{\"id\":-1,\"connect\":{}}",
        "{\"id\":1,\"connect\":{}}",
      })
  void whatIsNoConnectIsClosedWith3501(String frame) throws Exception {
    try (TestClient client = TestClient.silent(gateway)) {
      client.send(frame);
      assertThat(client.closeCode()).isEqualTo(3501);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":9,\"connect\":{}}",
        "{\"id\":9,\"subscribe\":{\"channel\":\"\"}}",
        "{\"id\":9,\"subscribe\":{}}",
        "{\"id\":9,\"publish\":{\"channel\":\"a\"}}",
        "{\"id\":9,\"subscribe\":{\"channel\":7}}",
        "{}",
        "nonsense",
      })
  void aBadCommandOnAGoodConnectionIsClosedWith3501(String frame) throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      client.send(frame);
      assertThat(client.closeCode()).isEqualTo(3501);
    }
  }

  @Test
  void aBinaryFrameIsClosedWith3501() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      client.sendBinary(new byte[] {1});
      assertThat(client.closeCode()).isEqualTo(3501);
    }
  }

  @Test
  void aMessageOverItsLimitIsClosedWith1009() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      client.send("{\"send\":{\"data\":\"" + "x".repeat(70_000) + "\"}}");
      assertThat(client.closeCode()).isEqualTo(1009);
    }
  }

  @Test
  void aBadTokenIsClosedWith3500AndAnExpiredOneAnswered109() throws Exception {
    try (TestClient client = TestClient.silent(gateway)) {
      client.send("{\"id\":1,\"connect\":{\"token\":\"" + TestStack.token("ann") + "x\"}}");
      assertThat(client.closeCode()).isEqualTo(3500);
    }
    String expired =
        new io.sluice.gateway.auth.TokenSigner(
                TestStack.config("unused", Map.of()).tokens(),
                java.time.Clock.offset(
                    java.time.Clock.systemUTC(), java.time.Duration.ofMinutes(-10)))
            .sign("ann", java.time.Duration.ofMinutes(1), java.util.List.of());
    try (TestClient client = TestClient.silent(gateway)) {
      JsonNode reply = client.command("connect", "{\"token\":\"" + expired + "\"}");
      assertThat(reply.path("error").path("code").asInt()).isEqualTo(109);
    }
  }

  @Test
  void aTokenThatExpiresEndsTheLiveConnection() throws Exception {
    String brief =
        new io.sluice.gateway.auth.TokenSigner(
                TestStack.config("unused", Map.of()).tokens(), java.time.Clock.systemUTC())
            .sign("ann", java.time.Duration.ofSeconds(2), java.util.List.of());
    try (TestClient client = TestClient.silent(gateway)) {
      JsonNode reply = client.command("connect", "{\"token\":\"" + brief + "\"}").path("connect");
      assertThat(reply.path("expires").asBoolean()).isTrue();
      assertThat(reply.path("ttl").asInt()).isEqualTo(1);
      assertThat(client.closeCode()).isEqualTo(3005);
    }
  }

  @Test
  void aRefreshedTokenKeepsTheConnection() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      JsonNode reply = client.command("refresh", "{\"token\":\"" + TestStack.token("ann") + "\"}");
      assertThat(reply.path("refresh").path("ttl").asInt()).isPositive();
      client.send("{\"id\":99,\"refresh\":{\"token\":\"" + TestStack.token("eve") + "\"}}");
      assertThat(client.closeCode()).isEqualTo(3500);
    }
  }

  @Test
  void aClientThatNeverConnectsIsClosedWith3502() throws Exception {
    try (TestClient client = TestClient.silent(gateway)) {
      assertThat(client.closeCode()).isEqualTo(3502);
    }
  }

  @Test
  void aClientThatDoesNotAnswerPingsIsClosedWith3012() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      assertThat(client.next(JsonNode::isEmpty)).isEmpty();
      assertThat(client.closeCode()).isEqualTo(3012);
    }
  }

  @Test
  void aClientThatAnswersPingsStays() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      for (int i = 0; i < 3; i++) {
        client.next(JsonNode::isEmpty);
        client.send("{}");
      }
      assertThat(client.command("ping", "{}").has("ping")).isTrue();
    }
  }

  @Test
  void channelsOfTheTokenAreSubscribedByTheServer() throws Exception {
    try (TestClient client = TestClient.silent(gateway)) {
      JsonNode reply =
          client.command(
              "connect", "{\"token\":\"" + TestStack.token("ann", "closed:mine") + "\"}");
      assertThat(reply.path("connect").path("subs").path("closed:mine").has("epoch")).isTrue();
      produce("protocol.closed", "mine", "7");
      assertThat(client.publication("closed:mine").path("data").asInt()).isEqualTo(7);
    }
  }

  @Test
  void aSessionIsNewOnceAndResumedThen() throws Exception {
    String connect =
        "{\"token\":\"%s\",\"data\":{\"session\":\"s-%d\"}}"
            .formatted(TestStack.token("ann"), System.nanoTime());
    long generation;
    try (TestClient client = TestClient.silent(gateway)) {
      JsonNode session =
          client.command("connect", connect).path("connect").path("data").path("sluice");
      assertThat(session.path("session").asText()).isEqualTo("new");
      generation = session.path("generation").asLong();
    }
    try (TestClient client = TestClient.silent(gateway)) {
      JsonNode session =
          client.command("connect", connect).path("connect").path("data").path("sluice");
      assertThat(session.path("session").asText()).isEqualTo("resumed");
      assertThat(session.path("generation").asLong()).isGreaterThan(generation);
    }
  }
}
