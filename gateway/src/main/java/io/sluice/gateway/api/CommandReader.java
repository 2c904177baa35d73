package io.sluice.gateway.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.broker.Position;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// From a request's body to commands. Reads the text once; `data` is cut out of it as it stands, so
/// that numbers, order and spacing are the sender's. Fields that are not known are skipped. For any
/// thread.
final class CommandReader {
  /// Commands of one request to `/api`.
  static final int MAX_COMMANDS = 1000;

  private static final JsonFactory JSON = new JsonFactory();

  private CommandReader() {}

  /// Reads the parameters of one method, a single object.
  static Command read(Method method, byte[] body) throws UndecodableException {
    String text = text(body);
    try (JsonParser in = JSON.createParser(text)) {
      in.nextToken();
      Command command = parameters(method, text, in);
      if (in.nextToken() != null) {
        throw new UndecodableException("there is more after the object");
      }
      return command;
    } catch (IOException _) {
      throw new UndecodableException("it is not JSON");
    }
  }

  /// Reads commands of the older form, `{"method":"publish","params":{…}}`, one after another.
  static List<Command> readOlder(byte[] body) throws UndecodableException {
    String text = text(body);
    List<Command> commands = new ArrayList<>();
    try (JsonParser in = JSON.createParser(text)) {
      while (in.nextToken() != null) {
        if (commands.size() == MAX_COMMANDS) {
          throw new UndecodableException("there are more than " + MAX_COMMANDS + " commands");
        }
        commands.add(olderCommand(text, in));
      }
    } catch (IOException _) {
      throw new UndecodableException("it is not JSON");
    }
    if (commands.isEmpty()) {
      throw new UndecodableException("there is no command");
    }
    return commands;
  }

  private static Command olderCommand(String text, JsonParser in)
      throws IOException, UndecodableException {
    String name = "";
    String parameters = "{}";
    expectObject(in);
    while (in.nextToken() != JsonToken.END_OBJECT) {
      switch (in.currentName()) {
        case "method" -> name = string(in);
        case "params" -> parameters = raw(text, in);
        default -> skip(in);
      }
    }
    Optional<Method> method = Method.named(name);
    if (method.isEmpty()) {
      return new Command.NoSuchMethod(name);
    }
    // The method may stand after its parameters, so these are read in a second pass.
    String object = parameters.equals("null") ? "{}" : parameters;
    try (JsonParser again = JSON.createParser(object)) {
      again.nextToken();
      return parameters(method.get(), object, again);
    }
  }

  private static Command parameters(Method method, String text, JsonParser in)
      throws IOException, UndecodableException {
    expectObject(in);
    Fields fields = new Fields();
    while (in.nextToken() != JsonToken.END_OBJECT) {
      fields.read(in.currentName(), text, in);
    }
    return switch (method) {
      case PUBLISH -> new Command.Publish(fields.channel, fields.content());
      case BROADCAST -> new Command.Broadcast(fields.channels, fields.content());
      case CHANNELS -> new Command.Channels(fields.pattern);
      case INFO -> new Command.DescribeNodes();
      case HISTORY ->
          new Command.History(fields.channel, fields.limit, fields.since, fields.reverse);
      case SUBSCRIBE,
          UNSUBSCRIBE,
          DISCONNECT,
          REFRESH,
          PRESENCE,
          PRESENCE_STATS,
          HISTORY_REMOVE,
          BATCH ->
          new Command.NotBuilt(method);
    };
  }

  /// Everything that any method built so far reads.
  private static final class Fields {
    String channel = "";
    String pattern = "";
    List<String> channels = List.of();
    Optional<String> data = Optional.empty();
    Optional<String> base64 = Optional.empty();
    Optional<String> idempotencyKey = Optional.empty();
    Map<String, String> tags = Map.of();
    int limit;
    Optional<Position> since = Optional.empty();
    boolean reverse;

    void read(String name, String text, JsonParser in) throws IOException, UndecodableException {
      switch (name) {
        case "channel" -> channel = string(in);
        case "pattern" -> pattern = string(in);
        case "channels" -> channels = strings(in);
        case "data" -> data = Optional.of(raw(text, in));
        case "b64data" -> base64 = notEmpty(string(in));
        case "idempotency_key" -> idempotencyKey = notEmpty(string(in));
        case "tags" -> tags = stringMap(in);
        case "limit" -> limit = Math.clamp(whole(in), Integer.MIN_VALUE, Integer.MAX_VALUE);
        case "since" -> since = position(in);
        case "reverse" -> reverse = flag(in);
        default -> skip(in);
      }
    }

    Command.Content content() {
      return new Command.Content(data, base64, tags, idempotencyKey);
    }
  }

  private static Optional<String> notEmpty(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private static void expectObject(JsonParser in) throws UndecodableException {
    if (in.currentToken() != JsonToken.START_OBJECT) {
      throw new UndecodableException("it is not an object");
    }
  }

  /// A text; null counts as an empty one.
  private static String string(JsonParser in) throws IOException, UndecodableException {
    String field = in.currentName();
    return switch (in.nextToken()) {
      case VALUE_STRING -> in.getText();
      case VALUE_NULL -> "";
      default -> throw new UndecodableException("'" + field + "' is not text");
    };
  }

  private static long whole(JsonParser in) throws IOException, UndecodableException {
    String field = in.currentName();
    return switch (in.nextToken()) {
      case VALUE_NUMBER_INT -> in.getLongValue();
      case VALUE_NULL -> 0;
      default -> throw new UndecodableException("'" + field + "' is not a whole number");
    };
  }

  private static boolean flag(JsonParser in) throws IOException, UndecodableException {
    String field = in.currentName();
    return switch (in.nextToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE, VALUE_NULL -> false;
      default -> throw new UndecodableException("'" + field + "' is not true or false");
    };
  }

  private static Optional<Position> position(JsonParser in)
      throws IOException, UndecodableException {
    String field = in.currentName();
    JsonToken first = in.nextToken();
    if (first == JsonToken.VALUE_NULL) {
      return Optional.empty();
    }
    if (first != JsonToken.START_OBJECT) {
      throw new UndecodableException("'" + field + "' is not an object");
    }
    String epoch = "";
    long offset = 0;
    while (in.nextToken() != JsonToken.END_OBJECT) {
      switch (in.currentName()) {
        case "epoch" -> epoch = string(in);
        case "offset" -> offset = whole(in);
        default -> skip(in);
      }
    }
    if (offset < 0) {
      throw new UndecodableException("'" + field + "' has a negative offset");
    }
    return Optional.of(new Position(epoch, offset));
  }

  private static List<String> strings(JsonParser in) throws IOException, UndecodableException {
    String field = in.currentName();
    JsonToken first = in.nextToken();
    if (first == JsonToken.VALUE_NULL) {
      return List.of();
    }
    List<String> items = new ArrayList<>();
    while (first == JsonToken.START_ARRAY && in.nextToken() == JsonToken.VALUE_STRING) {
      items.add(in.getText());
    }
    if (in.currentToken() != JsonToken.END_ARRAY) {
      throw new UndecodableException("'" + field + "' is not a list of texts");
    }
    return items;
  }

  private static Map<String, String> stringMap(JsonParser in)
      throws IOException, UndecodableException {
    String field = in.currentName();
    JsonToken first = in.nextToken();
    if (first == JsonToken.VALUE_NULL) {
      return Map.of();
    }
    if (first != JsonToken.START_OBJECT) {
      throw new UndecodableException("'" + field + "' is not an object");
    }
    Map<String, String> map = new LinkedHashMap<>();
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String key = in.currentName();
      if (in.nextToken() != JsonToken.VALUE_STRING) {
        throw new UndecodableException("'" + field + "' has a value that is not text");
      }
      map.put(key, in.getText());
    }
    return map;
  }

  private static String raw(String text, JsonParser in) throws IOException {
    in.nextToken();
    int start = Math.toIntExact(in.currentTokenLocation().getCharOffset());
    in.skipChildren();
    in.finishToken();
    int end = Math.toIntExact(in.currentLocation().getCharOffset());
    return text.substring(start, end).stripTrailing();
  }

  private static void skip(JsonParser in) throws IOException {
    in.nextToken();
    in.skipChildren();
  }

  private static String text(byte[] body) throws UndecodableException {
    return Utf8.decode(body).orElseThrow(() -> new UndecodableException("it is not UTF-8"));
  }
}
