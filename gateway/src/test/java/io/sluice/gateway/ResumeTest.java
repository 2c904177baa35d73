package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.gateway.UniClient.Kind;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Clients without an SDK that come back to where they were, at the same node or another one.
final class ResumeTest {
  private static final String TOPIC = "resume.default";
  private static Gateway here;
  private static Gateway there;

  @BeforeAll
  static void start() throws Exception {
    Map<String, String> settings =
        Map.of(
            "edge.ping-interval", "1s",
            "edge.pong-timeout", "900ms",
            "edge.ping-strikes", "10", // who answers none is still to be there
            "namespaces.plain.topic", "resume.plain",
            "namespaces.plain.recovery", "false",
            "namespaces.plain.positions", "false");
    here = TestStack.node("resume", settings);
    there = TestStack.node("resume", settings);
  }

  @AfterAll
  static void stop() {
    here.close();
    there.close();
  }

  private static void produce(String channel, int from, int to) throws Exception {
    List<String> values = new ArrayList<>();
    for (int i = from; i <= to; i++) {
      values.add(Integer.toString(i));
    }
    for (String value : values) {
      TestStack.produce(TOPIC, channel, value);
    }
  }

  private static JsonNode sub(JsonNode connect, String channel) {
    return connect.path("connect").path("subs").path(channel);
  }

  /// Each publication on one partition says where it stands, so a cut may come between any two.
  @ParameterizedTest
  @EnumSource(Kind.class)
  void onOnePartitionACutBetweenAnyTwoPublicationsLosesAndRepeatsNothing(Kind kind)
      throws Exception {
    String channel = "one-" + kind;
    String query = UniClient.query("ann", channel);
    List<Long> got = new ArrayList<>();
    UniClient client = new UniClient(kind, here, query, "");
    client.next();
    produce(channel, 1, 12);
    for (int cut = 0; cut < 4; cut++) {
      for (int n = 0; n < 3; n++) {
        got.add(client.number());
      }
      client.close(); // with the rest of its flush unread
      client = new UniClient(kind, cut % 2 == 0 ? there : here, query, client.position());
      JsonNode sub = sub(client.next(), channel);
      assertThat(sub.path("was_recovering").asBoolean()).isTrue();
      assertThat(sub.path("recovered").asBoolean()).isTrue();
      assertThat(sub.has("publications")).isFalse();
    }
    produce(channel, 13, 14);
    got.add(client.number());
    got.add(client.number());
    client.close();
    assertThat(got).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L, 14L);
  }

  /// On several a flush's end says it: who was cut at rest gets nothing twice.
  @ParameterizedTest
  @EnumSource(Kind.class)
  void onSeveralPartitionsACutBetweenFlushesLosesAndRepeatsNothing(Kind kind) throws Exception {
    String[] names = new String[12];
    for (int i = 0; i < names.length; i++) {
      names[i] = "many-" + kind + "-" + i;
    }
    String query = UniClient.query("ann", names);
    UniClient client = new UniClient(kind, here, query, "");
    client.next();
    for (int round = 1; round <= 3; round++) {
      for (String name : names) {
        produce(name, 2 * round - 1, 2 * round - 1);
      }
      receive(client, names, List.of(2L * round - 1));
      client.awaitMark();
      client.close();
      for (String name : names) {
        produce(name, 2 * round, 2 * round); // nobody is there
      }
      client = new UniClient(kind, round % 2 == 0 ? here : there, query, client.position());
      JsonNode connect = client.next();
      for (String name : names) {
        assertThat(sub(connect, name).path("recovered").asBoolean()).isTrue();
      }
      receive(client, names, List.of(2L * round));
    }
    client.close();
  }

  private static void produceTagged(String channel, int... sizes) throws Exception {
    for (int size : sizes) {
      byte[] text = TestStack.bytes(Integer.toString(size));
      var record = new ProducerRecord<>(TOPIC, TestStack.bytes(channel), text);
      record.headers().add("tag-size", text);
      TestStack.produce(record);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aFilterHoldsForWhatWasMissedToo(Kind kind) throws Exception {
    String channel = "chosen-" + kind;
    String connect =
        "{\"token\":\"%s\",\"subs\":{\"%s\":{\"tf\":{\"key\":\"size\",\"cmp\":\"gt\",\"val\":\"1\"}}}}"
            .formatted(TestStack.token("ann"), channel);
    String query = "cf_connect=" + URLEncoder.encode(connect, StandardCharsets.UTF_8);
    UniClient client = new UniClient(kind, here, query, "");
    client.next();
    produceTagged(channel, 0, 2, 1, 3);
    assertThat(client.number()).isEqualTo(2);
    assertThat(client.number()).isEqualTo(3);
    client.close();
    produceTagged(channel, 0, 4, 1, 5, 0);
    try (UniClient again = new UniClient(kind, there, query, client.position())) {
      assertThat(sub(again.next(), channel).path("recovered").asBoolean()).isTrue();
      assertThat(again.number()).isEqualTo(4);
      assertThat(again.number()).isEqualTo(5);
      produceTagged(channel, 1, 6);
      assertThat(again.number()).isEqualTo(6);
    }
  }

  /// Reads until each channel's numbers have come, and nothing else.
  private static void receive(UniClient client, String[] names, List<Long> numbers)
      throws IOException {
    List<String> got = new ArrayList<>();
    List<String> wanted = new ArrayList<>();
    for (String name : names) {
      numbers.forEach(number -> wanted.add(name + "=" + number));
    }
    while (got.size() < wanted.size()) {
      JsonNode push = client.next();
      got.add(push.path("channel").asText() + "=" + push.path("pub").path("data").asLong());
    }
    assertThat(got).containsExactlyInAnyOrderElementsOf(wanted);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aConnectIsAPositionToo(Kind kind) throws Exception {
    String channel = "begin-" + kind;
    String query = UniClient.query("ann", channel, channel + "-2", channel + "-3");
    UniClient client = new UniClient(kind, here, query, "");
    client.next();
    client.close();
    produce(channel, 1, 1);
    try (UniClient again = new UniClient(kind, there, query, client.position())) {
      again.next();
      assertThat(again.number()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aTokenThatIsNotOursBeginsLiveAndSaysSo(Kind kind) throws Exception {
    String channel = "forged-" + kind;
    String query = UniClient.query("ann", channel);
    EdgeProbe api = new EdgeProbe(here.apiPort());
    String metric = "sluice_edge_bad_position_tokens_total{reason=\"%s\"}";
    double forged = api.metric(metric.formatted("forged"));
    double tooLong = api.metric(metric.formatted("too-long"));
    double version = api.metric(metric.formatted("version"));
    for (String bad :
        List.of("AQ", "AQ" + "A".repeat(60), "x".repeat(2_100), "Ag" + "A".repeat(60))) {
      try (UniClient client = new UniClient(kind, here, query, bad)) {
        if (kind != Kind.WEB_SOCKET) {
          assertThat(client.head()).startsWith("HTTP/1.1 200");
        }
        JsonNode sub = sub(client.next(), channel);
        assertThat(sub.path("was_recovering").asBoolean()).isTrue();
        assertThat(sub.path("recovered").asBoolean()).isFalse();
        assertThat(client.position()).isNotEqualTo(bad);
        produce(channel, 1, 1);
        assertThat(client.number()).isEqualTo(1);
      }
    }
    assertThat(api.metric(metric.formatted("forged")) - forged).isEqualTo(2);
    assertThat(api.metric(metric.formatted("too-long")) - tooLong).isEqualTo(1);
    assertThat(api.metric(metric.formatted("version")) - version).isEqualTo(1);
  }

  @Test
  void aChannelTheTokenDoesNotKnowIsSaidNotToBeRecovered() throws Exception {
    UniClient client = new UniClient(Kind.EVENTS, here, UniClient.query("ann", "known"), "");
    client.next();
    client.close();
    // channels of other partitions than that of `known` are among these
    String query = UniClient.query("ann", "known", "new-1", "new-2", "new-3", "new-4", "plain:x");
    try (UniClient again = new UniClient(Kind.EVENTS, there, query, client.position())) {
      JsonNode connect = again.next();
      assertThat(sub(connect, "known").path("recovered").asBoolean()).isTrue();
      assertThat(sub(connect, "plain:x").path("was_recovering").asBoolean()).isTrue();
      assertThat(sub(connect, "plain:x").path("recovered").asBoolean()).isFalse();
      assertThat(List.of("new-1", "new-2", "new-3", "new-4"))
          .anyMatch(name -> !sub(connect, name).path("recovered").asBoolean());
    }
  }

  @Test
  void aPositionGivesNoRight() throws Exception {
    String granted = "token=" + TestStack.token("ann", "closed:x") + "&channels=closed:x";
    UniClient client = new UniClient(Kind.EVENTS, here, granted, "");
    client.next();
    client.close();
    try (UniClient again =
        new UniClient(Kind.EVENTS, there, UniClient.query("ann", "closed:x"), client.position())) {
      assertThat(again.head()).startsWith("HTTP/1.1 403");
    }
  }

  /// Signs of life carry on the position of a channel in which nothing happens.
  @ParameterizedTest
  @EnumSource(Kind.class)
  void theTimeOfAQuietChannelGoesOn(Kind kind) throws Exception {
    String channel = "quiet-" + kind;
    try (UniClient client = new UniClient(kind, here, UniClient.query("ann", channel), "")) {
      client.next();
      String begin = client.position();
      for (int i = 0; i < 16; i++) {
        TestStack.produce(TOPIC, "busy-" + i, "1"); // some of it on the same partition
      }
      client.awaitPositionOtherThan(begin);
      produce(channel, 1, 1);
      assertThat(client.number()).isEqualTo(1);
    }
  }
}
