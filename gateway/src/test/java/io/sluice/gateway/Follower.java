package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/// Follows one channel and keeps its position as SDKs do. What it receives must be in the log's
/// order.
final class Follower implements AutoCloseable {
  private final String channel;
  private final Queue<JsonNode> answered = new ArrayDeque<>();
  private TestClient client;
  private String epoch = "";
  private long offset;

  private Follower(Gateway node, String channel) throws Exception {
    this.channel = channel;
    this.client = TestClient.connected(node, "ann");
  }

  /// Subscribed without a past.
  static Follower of(Gateway node, String channel) throws Exception {
    Follower made = new Follower(node, channel);
    made.take(made.client.subscribe(channel));
    return made;
  }

  /// Not subscribed yet; [#again] recovers from this position.
  static Follower at(Gateway node, String channel, String epoch, long offset) throws Exception {
    Follower made = new Follower(node, channel);
    made.epoch = epoch;
    made.offset = offset;
    return made;
  }

  private JsonNode take(JsonNode reply) {
    JsonNode subscribe = reply.path("subscribe");
    assertThat(subscribe.path("recoverable").asBoolean()).as("%s: %s", channel, reply).isTrue();
    epoch = subscribe.path("epoch").asText();
    offset = subscribe.path("offset").asLong();
    subscribe.path("publications").forEach(answered::add);
    return subscribe;
  }

  String channel() {
    return channel;
  }

  String epoch() {
    return epoch;
  }

  long offset() {
    return offset;
  }

  TestClient client() {
    return client;
  }

  /// The next publication's data, as the JSON it is.
  String next() throws Exception {
    return heard(answered.isEmpty() ? client.publication(channel) : answered.remove());
  }

  private String heard(JsonNode publication) {
    assertThat(publication.path("offset").asLong()).as(channel).isGreaterThan(offset);
    offset = publication.path("offset").asLong();
    return publication.path("data").toString();
  }

  List<String> next(int count) throws Exception {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(next());
    }
    return all;
  }

  /// Awaits that it is told to subscribe again.
  ///
  /// @return what came before
  List<String> end() throws Exception {
    List<String> before = new ArrayList<>();
    while (true) {
      JsonNode push =
          client.next(m -> m.path("push").path("channel").asText().equals(channel)).path("push");
      if (push.has("unsubscribe")) {
        assertThat(push.path("unsubscribe").path("code").asInt()).isEqualTo(2500);
        return before;
      }
      before.add(heard(push.path("pub")));
    }
  }

  /// Subscribes again on the same connection.
  ///
  /// @return whether it was recovered
  boolean again() throws Exception {
    answered.clear();
    JsonNode subscribe = take(client.recover(channel, epoch, offset));
    assertThat(subscribe.path("was_recovering").asBoolean()).isTrue();
    return subscribe.path("recovered").asBoolean();
  }

  /// Gone without a word, as when a network fails.
  void cut() {
    client.cut();
  }

  /// Comes back on another connection.
  ///
  /// @return whether it was recovered
  boolean back(Gateway node) throws Exception {
    client.close();
    client = TestClient.connected(node, "ann");
    return again();
  }

  /// Everything that came and was not looked at, pings apart.
  List<JsonNode> rest() {
    List<JsonNode> all = new ArrayList<>(answered);
    all.addAll(client.rest());
    return all;
  }

  @Override
  public void close() {
    client.close();
  }
}
