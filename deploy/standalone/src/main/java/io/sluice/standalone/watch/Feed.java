package io.sluice.standalone.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The client's side of the protocol: which channels are wanted, how far they have been read, what
/// to answer to what comes. Pure: frames in, steps out; no clock, no threads, no I/O. Lives across
/// connections, for one thread.
public final class Feed {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES) // data is printed as it came
          .build();

  /// The SDKs' habit: silent for the ping interval and this much more is dead.
  private static final Duration GRACE = Duration.ofSeconds(10);

  /// What is assumed of a server that announces no pings.
  private static final int NO_PINGS_SECONDS = 3600;

  /// Unsubscribe codes from here on ask the client to subscribe again.
  private static final int RESUBSCRIBE_FROM = 2500;

  private static final int ERROR_INTERNAL = 100;
  private static final int ERROR_ALREADY_SUBSCRIBED = 105;
  private static final int ERROR_TOKEN_EXPIRED = 109;
  private static final int ERROR_TOO_MANY = 111;

  private static final String NAME = "sluice-cli";

  private final Map<String, Subscription> wanted = new LinkedHashMap<>();
  private final Map<Integer, String> asked = new HashMap<>();
  private final TokenSource tokens;
  private int lastId;
  private int connectId;
  private boolean pong;

  /// @param channels at least one
  public Feed(List<String> channels, TokenSource tokens) {
    channels.forEach(channel -> wanted.put(channel, new Subscription(channel)));
    this.tokens = tokens;
  }

  /// A new connection: what to send first.
  Step open() {
    asked.clear();
    connectId = ++lastId;
    ObjectNode connect = JSON.createObjectNode().put("name", NAME);
    String token = tokens.next();
    if (!token.isEmpty()) {
      connect.put("token", token);
    }
    ObjectNode subs = JSON.createObjectNode();
    wanted.forEach((channel, subscription) -> {
      if (subscription.isByServer() && subscription.hasPosition()) {
        subs.set(channel, subscription.request());
      }
    });
    if (!subs.isEmpty()) {
      connect.set("subs", subs);
    }
    return command(connectId, "connect", connect);
  }

  /// Whether the server owes an answer.
  boolean awaitsReply() {
    return connectId != 0 || !asked.isEmpty();
  }

  /// Takes one frame.
  List<Step> receive(String frame) {
    List<Step> steps = new ArrayList<>();
    try {
      for (String line : frame.lines().toList()) {
        steps.addAll(reply(JSON.readTree(line)));
      }
    } catch (JsonProcessingException e) {
      steps.add(new Step.Reconnect("the server sent what is not JSON: " + e.getOriginalMessage()));
    }
    return steps;
  }

  /// What a close code means: the ranges of the protocol, and the code for too large a message.
  static Step closed(int code, String reason) {
    String said = reason.isEmpty() ? "code " + code : reason + " (code " + code + ")";
    boolean terminal = code / 500 == 7 || code / 500 == 9 || code == 1009;
    return terminal
        ? new Step.GiveUp("the server closed the connection: " + said)
        : new Step.Reconnect(said);
  }

  private List<Step> reply(JsonNode reply) {
    int id = reply.path("id").asInt();
    if (reply.has("push")) {
      return push(reply.path("push"));
    }
    if (id == 0) {
      return pong ? List.of(new Step.Send("{}")) : List.of();
    }
    if (id == connectId) {
      connectId = 0;
      return reply.has("error") ? refused(reply.path("error")) : connected(reply.path("connect"));
    }
    String channel = asked.remove(id);
    Subscription subscription = channel == null ? null : wanted.get(channel);
    if (channel == null || subscription == null) {
      return List.of();
    }
    return reply.has("error")
        ? refused(channel, reply.path("error"))
        : subscription.answered(reply.path("subscribe"));
  }

  private List<Step> connected(JsonNode result) {
    List<Step> steps = new ArrayList<>();
    int ping = result.path("ping").asInt();
    pong = result.path("pong").asBoolean();
    steps.add(
        new Step.Established(Duration.ofSeconds(ping == 0 ? NO_PINGS_SECONDS : ping).plus(GRACE)));
    JsonNode byServer = result.path("subs");
    wanted.forEach((channel, subscription) -> {
      if (byServer.has(channel)) {
        subscription.subscribedByServer();
        steps.addAll(subscription.answered(byServer.path(channel)));
      } else {
        steps.add(subscribe(channel, subscription));
      }
    });
    return steps;
  }

  private List<Step> refused(JsonNode error) {
    int code = error.path("code").asInt();
    String said = "the server refused the connection: " + describe(error);
    boolean another = code == ERROR_TOKEN_EXPIRED && tokens instanceof TokenSource.Renewed;
    return List.of(
        another || isTemporary(error) ? new Step.Reconnect(said) : new Step.GiveUp(said));
  }

  private List<Step> refused(String channel, JsonNode error) {
    if (error.path("code").asInt() == ERROR_ALREADY_SUBSCRIBED) {
      return List.of(new Step.Tell(channel + ": subscribed already"));
    }
    String said = channel + ": " + describe(error);
    return isTemporary(error) ? List.of(new Step.Reconnect(said)) : dropped(channel, said);
  }

  private List<Step> dropped(String channel, String said) {
    wanted.remove(channel);
    return wanted.isEmpty()
        ? List.of(new Step.GiveUp(said))
        : List.of(new Step.Tell(said + "; going on without it"));
  }

  private List<Step> push(JsonNode push) {
    String channel = push.path("channel").asText();
    Subscription subscription = wanted.get(channel);
    if (push.has("disconnect")) {
      JsonNode end = push.path("disconnect");
      return List.of(closed(end.path("code").asInt(), end.path("reason").asText()));
    }
    if (push.has("pub")) {
      // Channels that only the token asks for are printed too; their positions are not kept.
      return List.of(
          subscription == null
              ? new Step.Deliver(Publication.of(channel, push.path("pub")))
              : subscription.published(push.path("pub")));
    }
    if (push.has("unsubscribe") && subscription != null) {
      return unsubscribed(channel, subscription, push.path("unsubscribe"));
    }
    return List.of();
  }

  private List<Step> unsubscribed(String channel, Subscription subscription, JsonNode why) {
    String said = "%s: unsubscribed by the server: %s".formatted(channel, describe(why));
    return why.path("code").asInt() >= RESUBSCRIBE_FROM
        ? List.of(new Step.Tell(said), subscribe(channel, subscription))
        : dropped(channel, said);
  }

  private Step subscribe(String channel, Subscription subscription) {
    int id = ++lastId;
    asked.put(id, channel);
    return command(id, "subscribe", subscription.request().put("channel", channel));
  }

  private static Step command(int id, String name, ObjectNode request) {
    ObjectNode command = JSON.createObjectNode();
    command.set(name, request);
    return new Step.Send(command.put("id", id).toString());
  }

  private static boolean isTemporary(JsonNode error) {
    int code = error.path("code").asInt();
    return error.path("temporary").asBoolean() || code == ERROR_INTERNAL || code == ERROR_TOO_MANY;
  }

  private static String describe(JsonNode error) {
    @Nullable String text = error.path(error.has("message") ? "message" : "reason").asText();
    return "%s (code %d)".formatted(text, error.path("code").asInt());
  }
}
