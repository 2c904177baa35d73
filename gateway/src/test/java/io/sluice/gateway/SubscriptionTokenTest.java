package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.gateway.auth.TokenSigner;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Tokens that grant one channel.
final class SubscriptionTokenTest {
  private static final String TOPIC = "subtokens.secret";
  private static final String CHANNEL = "secret:x";

  private static Gateway gateway;

  @BeforeAll
  static void start() throws Exception {
    gateway =
        TestStack.node(
            "subtokens",
            Map.of(
                "namespaces.secret.topic", TOPIC,
                "namespaces.secret.subscribe", "nobody",
                "edge.ping-interval", "60s"));
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static String token(String user, String channel, int seconds) {
    return TestStack.channelToken(user, channel, Duration.ofSeconds(seconds));
  }

  private static String subscribe(String token) {
    return "{\"channel\":\"%s\",\"token\":\"%s\"}".formatted(CHANNEL, token);
  }

  private static int error(JsonNode reply) {
    return reply.path("error").path("code").asInt();
  }

  private static boolean is(JsonNode message, String what) {
    return message.path("push").path("channel").asText().equals(CHANNEL)
        && message.path("push").has(what);
  }

  @Test
  void aTokenGrantsAChannelThatNobodyElseMayHave() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      assertThat(error(client.subscribe(CHANNEL))).isEqualTo(103);
      JsonNode reply =
          client.command("subscribe", subscribe(token("ann", CHANNEL, 60))).path("subscribe");
      assertThat(reply.path("expires").asBoolean()).isTrue();
      assertThat(reply.path("ttl").asInt()).as("a little less than there is").isBetween(50, 58);
      TestStack.produce(TOPIC, "x", "{\"n\":1}");
      assertThat(client.publication(CHANNEL).path("data").path("n").asInt()).isEqualTo(1);
    }
  }

  @Test
  void anotherUsersAnotherChannelsAndForgedTokensGrantNothing() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      String forged = token("ann", CHANNEL, 60).replaceAll(".$", "");
      for (String wrong :
          new String[] {
            token("eve", CHANNEL, 60),
            token("ann", "secret:y", 60),
            TestStack.token("ann"),
            TestStack.token("ann", CHANNEL),
            forged,
            "x"
          }) {
        assertThat(error(client.command("subscribe", subscribe(wrong)))).as(wrong).isEqualTo(103);
      }
      assertThat(client.command("subscribe", subscribe(token("ann", CHANNEL, 60))).has("subscribe"))
          .isTrue();
    }
  }

  @Test
  void oneThatComesAgainNeedsNoSignature() throws Exception {
    EdgeProbe metrics = new EdgeProbe(gateway.apiPort());
    String verified = "sluice_edge_tokens_verified_total{outcome=\"valid\"}";
    String remembered = "sluice_edge_tokens_remembered_total";
    String token = token("ann", CHANNEL, 77); // nobody else's
    try (TestClient first = TestClient.connected(gateway, "ann");
        TestClient second = TestClient.connected(gateway, "ann")) {
      double signatures = metrics.metric(verified);
      double known = metrics.metric(remembered);
      assertThat(first.command("subscribe", subscribe(token)).has("subscribe")).isTrue();
      assertThat(second.command("subscribe", subscribe(token)).has("subscribe")).isTrue();
      assertThat(metrics.metric(verified) - signatures).isEqualTo(1);
      assertThat(metrics.metric(remembered) - known).isEqualTo(1);
    }
  }

  @Test
  void anExpiredTokenIsAnErrorOnWhichSdksFetchAnother() throws Exception {
    Clock aMinuteAgo = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-1));
    String brief =
        new TokenSigner(TestStack.config("unused", Map.of()).tokens(), aMinuteAgo)
            .signChannel("ann", CHANNEL, Duration.ofSeconds(1));
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      assertThat(error(client.command("subscribe", subscribe(brief)))).isEqualTo(109);
    }
  }

  @Test
  void aSubscriptionEndsWithItsToken() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann");
        TestClient other = TestClient.connected(gateway, "bob")) {
      client.command("subscribe", subscribe(token("ann", CHANNEL, 2)));
      other.command("subscribe", subscribe(token("bob", CHANNEL, 60)));
      JsonNode push = client.next(it -> is(it, "unsubscribe")).path("push").path("unsubscribe");
      assertThat(push.path("code").asInt()).isEqualTo(2501);
      TestStack.produce(TOPIC, "x", "1");
      other.publication(CHANNEL); // the node has read it
      assertThat(client.command("subscribe", subscribe(token("ann", CHANNEL, 60))).has("subscribe"))
          .as("it can be taken up again")
          .isTrue();
      assertThat(client.rest()).noneMatch(it -> is(it, "pub"));
    }
  }

  @Test
  void aRefreshedSubscriptionGoesOn() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      client.command("subscribe", subscribe(token("ann", CHANNEL, 2)));
      assertThat(error(client.command("sub_refresh", subscribe(token("eve", CHANNEL, 60)))))
          .isEqualTo(103);
      JsonNode reply =
          client.command("sub_refresh", subscribe(token("ann", CHANNEL, 60))).path("sub_refresh");
      assertThat(reply.path("expires").asBoolean()).isTrue();
      assertThat(reply.path("ttl").asInt()).isBetween(50, 58);
      String later = token("ann", "secret:later", 3);
      client.command("subscribe", "{\"channel\":\"secret:later\",\"token\":\"" + later + "\"}");
      client.next(it -> it.path("push").path("channel").asText().equals("secret:later"));
      TestStack.produce(TOPIC, "x", "{\"n\":2}");
      assertThat(client.publication(CHANNEL).path("data").path("n").asInt()).isEqualTo(2);
      assertThat(client.rest()).noneMatch(it -> is(it, "unsubscribe"));
    }
  }

  /// The next ping, at which expiry is looked at anyway, is half a minute away at least.
  @Test
  void aRefreshMayShortenAConnectionsLifeAsWell() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      String brief =
          new TokenSigner(TestStack.config("unused", Map.of()).tokens(), Clock.systemUTC())
              .sign("ann", Duration.ofSeconds(1), List.of());
      client.command("refresh", "{\"token\":\"" + brief + "\"}");
      assertThat(client.closeCode()).isEqualTo(3005);
    }
  }

  @Test
  void whatIsNotSubscribedCannotBeRefreshed() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      assertThat(error(client.command("sub_refresh", subscribe(token("ann", CHANNEL, 60)))))
          .isEqualTo(103);
    }
  }

  @Test
  void aChannelIsTakenWhileItsTokenIsLookedAt() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      String subscribe = subscribe(token("ann", CHANNEL, 60));
      client.send(
          "{\"id\":11,\"subscribe\":%s}\n{\"id\":12,\"subscribe\":%s}\n{\"id\":13,\"unsubscribe\":{\"channel\":\"%s\"}}"
              .formatted(subscribe, subscribe, CHANNEL));
      assertThat(error(client.next(it -> it.path("id").asInt() == 12))).isEqualTo(105);
      assertThat(client.next(it -> it.path("id").asInt() == 13).has("unsubscribe")).isTrue();
      JsonNode first = client.next(it -> it.path("id").asInt() == 11);
      // granted in time, or given up before that
      assertThat(first.has("subscribe") || error(first) == 100).as(first.toString()).isTrue();
      TestStack.produce(TOPIC, "x", "1");
      assertThat(client.command("ping", "{}").has("ping")).isTrue();
      assertThat(client.rest()).noneMatch(it -> is(it, "pub"));
    }
  }

  @Test
  void aChannelsTokenIsNoneForAConnection() throws Exception {
    try (TestClient client = TestClient.silent(gateway)) {
      client.send("{\"id\":1,\"connect\":{\"token\":\"" + token("ann", CHANNEL, 60) + "\"}}");
      assertThat(client.closeCode()).isEqualTo(3500);
    }
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      client.send("{\"id\":9,\"refresh\":{\"token\":\"" + token("ann", CHANNEL, 60) + "\"}}");
      assertThat(client.closeCode()).isEqualTo(3500);
    }
  }
}
