package io.sluice.perf.stress;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// What one virtual user knows and does as a client of the protocol: connects and subscribes in one
/// frame, answers pings, and comes back with its positions. Gatling does the talking. Confined to
/// its user.
final class Member {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CONNECT_ID = 1;

  /// The server ends a subscription that is to be made again.
  private static final int RESUBSCRIBE = 2500;

  /// Until a connect and its subscribes are answered, as SDKs wait.
  private static final long ANSWER_MS = 5_000;

  /// What was published is given to a user within this, or its connection is taken for dead.
  private static final long SILENCE_MS = 3_000;

  /// Who is to leave waits so long for something to come, which shows that its connection lives;
  /// each room is published to every half second.
  private static final long SIGN_MS = 1_000;

  /// After which a restless user leaves.
  private static final long STAY_MS = 10_000;

  private final StressRun run;
  private final LongSupplier clock;
  private final String name;
  private final boolean restless;
  private final Map<String, Room> rooms = new LinkedHashMap<>();
  private final StringBuilder toSay = new StringBuilder();
  private int edge;
  private int nextId;
  private final Map<Integer, Room> asked = new LinkedHashMap<>();
  private long began;
  private long heard;

  /// When it was seen first that the log has something that should have come; 0 when it has
  /// nothing.
  private long owedSince;

  /// When it was first told to leave; 0 before.
  private long leaving;

  /// Since when it has been away; 0 when it has not.
  private long away;

  private boolean connected;
  private boolean live;
  private boolean failed;
  private String why = "";
  private int storms;

  /// @param number from 0
  /// @param clock ms since 1970
  Member(StressRun run, int number, LongSupplier clock) {
    this.run = run;
    this.clock = clock;
    this.restless = run.isRestless(number);
    this.name = "user-" + number;
    this.edge = number % run.target().edges().size();
    for (String channel : run.rooms(number)) {
      rooms.put(channel, new Room(name, channel));
    }
  }

  /// Where it connects.
  String url() {
    return run.target().edges().get(edge).toString();
  }

  /// It begins to connect.
  void begins() {
    began = now();
    heard = began;
    owedSince = 0;
    leaving = 0;
    connected = false;
    live = false;
    failed = false;
    storms = run.storms();
    asked.clear();
    toSay.setLength(0);
  }

  /// The first frame.
  String opening() {
    ObjectNode connect = JSON.createObjectNode().put("id", CONNECT_ID);
    ObjectNode request = connect.putObject("connect").put("name", "stress");
    String token = run.target().token(name);
    if (!token.isEmpty()) {
      request.put("token", token);
    }
    nextId = CONNECT_ID;
    StringBuilder frame = new StringBuilder(connect.toString());
    rooms.values().forEach(room -> frame.append('\n').append(subscribe(room)));
    return frame.toString();
  }

  private ObjectNode subscribe(Room room) {
    nextId++;
    ObjectNode command = JSON.createObjectNode().put("id", nextId);
    room.subscribe(command);
    asked.put(nextId, room);
    return command;
  }

  /// A frame has come.
  ///
  /// @param at when, ms since 1970
  void hears(String frame, long at) {
    heard = Math.max(heard, at);
    owedSince = 0;
    for (String line : frame.split("\n", -1)) {
      if (!line.isEmpty()) {
        read(line, at);
      }
    }
  }

  private void read(String line, long at) {
    try {
      JsonNode message = JSON.readTree(line);
      if (message.isEmpty()) {
        say("{}"); // a ping
      } else if (message.has("error")) {
        fails(message.toString());
      } else if (message.has("push")) {
        pushed(message.get("push"), at);
      } else if (message.has("connect")) {
        connected = true;
        settle(at);
      } else if (message.has("subscribe")) {
        subscribed(message, at);
      }
    } catch (JacksonException e) {
      fails("not JSON: " + e.getOriginalMessage());
    }
  }

  private void subscribed(JsonNode message, long at) {
    Room room = asked.remove(message.path("id").asInt());
    if (room == null) {
      fails("an answer to nothing: " + message);
      return;
    }
    boolean recovers = room.hasPosition();
    JsonNode result = message.get("subscribe");
    boolean whole = room.subscribed(result, run.published().next(room.channel()));
    if (recovers && whole) {
      run.measures().took(Measures.RECOVERY, began, at);
    } else if (recovers) {
      run.measures().failed(Measures.RECOVERY, began, "not recovered");
      run.measures().lost(1, name + " was told that it may have missed something");
    }
    for (JsonNode publication : result.path("publications")) {
      given(room, publication, at);
    }
    settle(at);
  }

  private void pushed(JsonNode push, long at) {
    Room room = rooms.get(push.path("channel").asText());
    if (room == null) {
      return; // it is about the connection
    }
    if (push.has("pub")) {
      given(room, push.get("pub"), at);
    } else if (push.path("unsubscribe").path("code").asInt() >= RESUBSCRIBE) {
      room.left();
      live = false;
      began = at;
      say(subscribe(room).toString());
    }
  }

  private void given(Room room, JsonNode publication, long at) {
    room.given(publication).ifPresent(run::judge);
    long due = run.millis(publication.path("data").path("t").asLong());
    // both are cut off to whole milliseconds: one more, so that no figure is too low
    run.measures().took(Measures.DELIVERY, due, Math.max(at, due) + 1);
  }

  /// Whether it is live may have changed.
  private void settle(long at) {
    if (!live && connected && rooms.values().stream().allMatch(Room::isAnswered)) {
      live = true;
      run.measures().took(Measures.JOIN, began, at);
      if (away != 0) {
        run.measures().took(Measures.BACK, away, at);
        away = 0;
      }
    }
  }

  private void fails(String reason) {
    failed = true;
    why = reason;
    if (!live) {
      run.measures().failed(Measures.JOIN, began, reason);
    }
  }

  private void say(String line) {
    toSay.append(toSay.isEmpty() ? "" : "\n").append(line);
  }

  /// Whether [#said()] has anything.
  boolean hasToSay() {
    return !toSay.isEmpty();
  }

  /// What is to be sent now.
  String said() {
    String text = toSay.toString();
    toSay.setLength(0);
    return text;
  }

  /// Whether its connection is worth keeping: it is not when it is silent although there is
  /// something to say, when it was refused, when it is to leave, and at the end. Who is to leave
  /// stays until something comes, so that a connection that was lost already is noticed.
  boolean stays() {
    long now = now();
    if (owedSince == 0 && live && isOwed()) {
      owedSince = now;
    }
    if (!failed && live && owedSince != 0 && now - owedSince > SILENCE_MS) {
      fails("silent for " + (now - heard) + " ms although something was published");
    } else if (!failed && !live && now - began > ANSWER_MS) {
      fails("not all was answered within " + ANSWER_MS + " ms");
    }
    if (failed || isDone()) {
      return false;
    }
    boolean told = storms != run.storms() || (restless && live && now - began > STAY_MS);
    if (told && leaving == 0) {
      leaving = now;
    }
    return !told || (live && isDoubtful(now));
  }

  /// The log has something that it was not given yet.
  private boolean isOwed() {
    return rooms.values().stream()
        .anyMatch(room -> run.published().acknowledgedTo(room.channel()) > room.expects());
  }

  /// Nothing has come since it was told to leave, and something should.
  private boolean isDoubtful(long now) {
    return heard <= leaving && (owedSince != 0 || now - leaving <= SIGN_MS);
  }

  /// Nothing more is to come for it.
  boolean isDone() {
    return run.isOver() || run.hasAll(rooms.values());
  }

  /// Its connection has gone; it goes elsewhere if that was not its own doing.
  void leaves() {
    if (live && failed) {
      run.measures().failed(Measures.STAY, began, why);
    } else if (live) {
      run.measures().took(Measures.STAY, began, now());
    }
    if (!isDone()) {
      if (live && away == 0) {
        away = failed ? heard : now();
      }
      rooms.values().forEach(Room::left);
      if (restless) {
        forget();
      }
    }
    if (failed) {
      edge = (edge + 1) % run.target().edges().size();
    }
  }

  /// It comes back as somebody who knows nothing, once what was wrong so far is told.
  private void forget() {
    rooms.replaceAll((channel, room) -> {
      room.watch().violations().forEach(run::judge);
      return new Room(name, channel);
    });
  }

  /// It goes for good.
  void ends() {
    if (away != 0 && !run.hasAll(rooms.values())) {
      run.measures().failed(Measures.BACK, away, "never came back");
    }
  }

  /// No connection came about.
  void refused() {
    run.measures().failed(Measures.JOIN, began, "no WebSocket");
    failed = true;
    leaves();
  }

  Iterable<Room> rooms() {
    return rooms.values();
  }

  private long now() {
    return clock.getAsLong();
  }
}
