package io.sluice.gateway.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.broker.Position;
import io.sluice.gateway.cluster.NodeCommand;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

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

  /// Reads commands of the older form, `{"method":"publish","params":{…}}`, one after another. A
  /// batch is none of them: it would multiply what one request may ask for.
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
    Optional<Method> method = single(name);
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

  /// A method that may be one of several.
  private static Optional<Method> single(String name) {
    return Method.named(name).filter(known -> known != Method.BATCH);
  }

  private static Command parameters(Method method, String text, JsonParser in)
      throws IOException, UndecodableException {
    expectObject(in);
    if (method == Method.BATCH) {
      return batch(text, in);
    }
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
      case SUBSCRIBE -> tell(() -> fields.told.subscribe(fields.channel));
      case UNSUBSCRIBE -> tell(() -> fields.told.unsubscribe(fields.channel));
      case DISCONNECT -> tell(fields.told::disconnect);
      case REFRESH -> tell(fields.told::refresh);
      case HISTORY_REMOVE ->
          new Command.NotOffered("the log is Kafka's; its retention removes records");
      case PRESENCE -> new Command.Presence(fields.channel);
      case PRESENCE_STATS -> new Command.PresenceStats(fields.channel);
      case BATCH -> throw new IllegalStateException("a batch is read before");
    };
  }

  private static Command tell(Supplier<NodeCommand> what) {
    try {
      return new Command.Tell(what.get());
    } catch (IllegalArgumentException e) {
      return new Command.Unfit(String.valueOf(e.getMessage()));
    }
  }

  /// `{"commands":[{"publish":{…}},…],"parallel":false}`; a batch in a batch is a method that does
  /// not exist.
  private static Command batch(String text, JsonParser in)
      throws IOException, UndecodableException {
    List<Command.Entry> entries = new ArrayList<>();
    Command.Order order = Command.Order.SEQUENTIAL;
    while (in.nextToken() != JsonToken.END_OBJECT) {
      switch (in.currentName()) {
        case "commands" -> batchCommands(text, in, entries);
        case "parallel" -> order = flag(in) ? Command.Order.PARALLEL : Command.Order.SEQUENTIAL;
        default -> skip(in);
      }
    }
    return new Command.Batch(entries, order);
  }

  private static void batchCommands(String text, JsonParser in, List<Command.Entry> entries)
      throws IOException, UndecodableException {
    if (in.nextToken() != JsonToken.START_ARRAY) {
      throw new UndecodableException("'commands' is not a list");
    }
    while (in.nextToken() != JsonToken.END_ARRAY) {
      if (entries.size() == MAX_COMMANDS) {
        throw new UndecodableException("there are more than " + MAX_COMMANDS + " commands");
      }
      expectObject(in);
      if (in.nextToken() != JsonToken.FIELD_NAME) {
        throw new UndecodableException("a command of the batch names no method");
      }
      String name = in.currentName();
      in.nextToken();
      Optional<Method> method = single(name);
      if (method.isPresent()) {
        entries.add(new Command.Entry(method.get(), parameters(method.get(), text, in)));
      } else {
        in.skipChildren();
        entries.add(new Command.Entry(Method.BATCH, new Command.NoSuchMethod(name)));
      }
      if (in.nextToken() != JsonToken.END_OBJECT) {
        throw new UndecodableException("a command of the batch names more than one method");
      }
    }
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
    final ToldFields told = new ToldFields();

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
        case "user" -> told.user = string(in);
        case "client" -> told.client = string(in);
        case "session" -> told.session = string(in);
        // the Go SDK (gocent 3.3.0) names two fields as its own code does
        case "whitelist", "ClientWhitelist" -> told.keep = strings(in);
        case "recover_since" -> told.since = position(in);
        case "expired" -> told.expired = flag(in);
        case "expire_at" -> told.expireAt = whole(in);
        case "disconnect", "Disconnect" -> readDisconnect(in);
        default -> skip(in);
      }
    }

    private void readDisconnect(JsonParser in) throws IOException, UndecodableException {
      JsonToken first = in.nextToken();
      if (first == JsonToken.VALUE_NULL) {
        return;
      }
      if (first != JsonToken.START_OBJECT) {
        throw new UndecodableException("'disconnect' is not an object");
      }
      while (in.nextToken() != JsonToken.END_OBJECT) {
        switch (in.currentName()) {
          case "code" -> told.code = whole(in);
          case "reason" -> told.reason = string(in);
          default -> skip(in);
        }
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
