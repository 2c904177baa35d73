package io.sluice.perf;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.broker.Position;
import io.sluice.perf.ClientEvents.Recovery;
import io.sluice.perf.Socket.Event;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The protocol over one socket, from the connect to the end. For one thread.
final class Conversation {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final Duration LATE_PING = Duration.ofSeconds(10);
  private static final int RESUBSCRIBE = 2500;
  private static final int CONNECT_ID = 1;

  private final Socket socket;
  private final URI node;
  private final Map<String, Position> positions;
  private final ClientEvents events;
  private final Map<Integer, String> asked = new HashMap<>();
  private final Set<String> recovering = new HashSet<>();
  private int lastId = CONNECT_ID;
  private Duration patience = ANSWER;
  private boolean connected;

  /// @param positions where each channel stands; read and kept up to date here
  Conversation(Socket socket, URI node, Map<String, Position> positions, ClientEvents events) {
    this.socket = socket;
    this.node = node;
    this.positions = positions;
    this.events = events;
  }

  /// Connects and subscribes in one frame, as the JavaScript SDK does.
  ///
  /// @param session to ask for; empty for none
  void open(String token, String session, List<String> channels)
      throws IOException, InterruptedException {
    List<String> commands = new ArrayList<>();
    ObjectNode connect = JSON.createObjectNode().put("id", CONNECT_ID);
    ObjectNode request = connect.putObject("connect").put("token", token).put("name", "proof");
    if (!session.isEmpty()) {
      request.putObject("data").put("session", session);
    }
    commands.add(connect.toString());
    channels.forEach(channel -> commands.add(subscribe(channel)));
    socket.send(String.join("\n", commands));
  }

  /// Whether the server has accepted the connection.
  boolean isConnected() {
    return connected;
  }

  /// Whether the server has accepted the connection and answered every subscribe.
  boolean isLive() {
    return connected && asked.isEmpty();
  }

  /// Handles what comes next.
  ///
  /// @return why this is the end, if it is
  Optional<String> step() throws IOException, InterruptedException {
    Optional<Event> next = socket.next(isLive() ? patience : ANSWER);
    if (next.isEmpty()) {
      return Optional.of("silent for " + patience);
    }
    return switch (next.get()) {
      case Event.Message(String text) -> {
        for (String line : text.split("\n", -1)) {
          handle(message(line));
        }
        yield Optional.empty();
      }
      case Event.Closed(int code, String reason) -> {
        if (ClientEvents.isForGood(code)) {
          throw new RefusedException("closed for good: " + code + " " + reason);
        }
        yield Optional.of(code + " " + reason);
      }
      case Event.Gone(String reason) -> Optional.of(reason);
    };
  }

  private static JsonNode message(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new RefusedException("no JSON: " + line, e);
    }
  }

  private void handle(JsonNode message) throws IOException, InterruptedException {
    if (message.path("error").path("temporary").asBoolean()) {
      throw new IOException("not now: " + message);
    } else if (message.has("error")) {
      throw new RefusedException("refused: " + message);
    } else if (message.has("push")) {
      pushed(message.get("push"));
    } else if (message.has("connect")) {
      connected = true;
      patience = Duration.ofSeconds(message.get("connect").path("ping").asLong()).plus(LATE_PING);
      events.connected(node);
      JsonNode session = message.get("connect").path("data").path("sluice").path("session");
      if (session.isTextual()) {
        events.session(session.asText());
      }
    } else if (message.has("subscribe")) {
      subscribed(asked.remove(message.path("id").asInt()), message.get("subscribe"));
    } else if (message.isEmpty()) {
      socket.send("{}");
    } else {
      throw new RefusedException("not understood: " + message);
    }
  }

  private void subscribed(@Nullable String channel, JsonNode result) {
    if (channel == null) {
      throw new RefusedException("answers nothing that was asked: " + result);
    }
    boolean recovered = result.path("recovered").asBoolean();
    boolean wasRecovering = recovering.remove(channel);
    if (wasRecovering != result.path("was_recovering").asBoolean()) {
      throw new IllegalStateException(
          "recovery of '%s' was %s: %s"
              .formatted(channel, wasRecovering ? "asked for" : "not asked for", result));
    }
    Recovery recovery =
        !wasRecovering ? Recovery.FRESH : recovered ? Recovery.RECOVERED : Recovery.LOST;
    JsonNode missed = result.path("publications");
    Position position = new Position(result.path("epoch").asText(), result.path("offset").asLong());
    positions.put(channel, position);
    events.subscribed(channel, recovery, position);
    missed.forEach(publication -> received(channel, publication));
  }

  private void pushed(JsonNode push) throws IOException, InterruptedException {
    String channel = push.path("channel").asText();
    if (push.has("pub")) {
      received(channel, push.get("pub"));
    } else if (push.path("unsubscribe").path("code").asInt() >= RESUBSCRIBE) {
      socket.send(subscribe(channel));
    } else {
      throw new RefusedException("not expected: " + push);
    }
  }

  private void received(String channel, JsonNode publication) {
    Position before = positions.get(channel);
    if (before == null) {
      throw new IllegalStateException("not subscribed to '" + channel + "': " + publication);
    }
    Position position = new Position(before.epoch(), publication.path("offset").asLong());
    positions.put(channel, position);
    events.received(channel, position, publication.path("data"));
  }

  private String subscribe(String channel) {
    ObjectNode command = JSON.createObjectNode().put("id", ++lastId);
    ObjectNode request = command.putObject("subscribe").put("channel", channel);
    Position since = positions.get(channel);
    if (since != null) {
      request.put("recover", true).put("epoch", since.epoch()).put("offset", since.offset());
      recovering.add(channel);
    }
    asked.put(lastId, channel);
    return command.toString();
  }
}
