package io.sluice.gateway.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Reads JSON commands from a text frame. Thread-safe.
public final class JsonCommands {
  /// Deeper nesting than this is refused; it costs stack wherever it is read again.
  private static final int MAX_DEPTH = 500;

  /// Bytes from which Jackson guesses the encoding.
  private static final int GUESSED_FROM = 4;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private JsonCommands() {}

  /// Reads a frame.
  ///
  /// @param frame one or more JSON objects, separated by line feeds
  /// @throws BadFrameException when anything in the frame is no command; then none of it counts
  public static List<Command> decode(byte[] frame) throws BadFrameException {
    expectUtf8(frame);
    List<Command> commands = new ArrayList<>(2);
    try (JsonParser in = JSON.createParser(frame)) {
      while (in.nextToken() != null) {
        commands.add(new Reader(frame, in).command());
      }
    } catch (JsonParseException e) {
      throw new BadFrameException("not JSON at byte " + e.getLocation().getByteOffset());
    } catch (IOException e) {
      throw new BadFrameException("not readable: " + e.getClass().getSimpleName());
    }
    if (commands.isEmpty()) {
      throw new BadFrameException("an empty frame");
    }
    return commands;
  }

  /// Reads a `ConnectRequest` on its own, as it stands in `?cf_connect=`.
  ///
  /// @throws BadFrameException when it is none
  public static Command.Connect decodeConnect(byte[] json) throws BadFrameException {
    expectUtf8(json);
    try (JsonParser in = JSON.createParser(json)) {
      in.nextToken();
      return new Reader(json, in).connectRequest().connect(1);
    } catch (IOException e) {
      throw new BadFrameException("not a connect request: " + e.getClass().getSimpleName());
    }
  }

  /// A parser by the rules of commands.
  static JsonParser parser(byte[] json) throws IOException, BadFrameException {
    expectUtf8(json);
    return JSON.createParser(json);
  }

  /// Passes if this is one JSON value and nothing else, by the same rules as a command.
  ///
  /// @throws BadFrameException when it is not
  static void expectOneValue(byte[] json) throws BadFrameException {
    expectUtf8(json);
    try (JsonParser in = JSON.createParser(json)) {
      if (in.nextToken() == null) {
        throw new BadFrameException("no value");
      }
      in.skipChildren();
      if (in.nextToken() != null) {
        throw new BadFrameException("more than one value");
      }
    } catch (IOException e) {
      throw new BadFrameException("not JSON: " + e.getClass().getSimpleName());
    }
  }

  /// Jackson guesses UTF-16 and UTF-32 from the first bytes and then counts characters, not bytes;
  /// such text is valid UTF-8, only full of NULs. JSON begins with neither a NUL nor a byte order
  /// mark (RFC 8259 §8.1).
  private static void expectUtf8(byte[] json) throws BadFrameException {
    for (int i = 0; i < Math.min(GUESSED_FROM, json.length); i++) {
      if (json[i] == 0) {
        throw new BadFrameException("a NUL at byte " + i);
      }
    }
    if (json.length >= 3
        && json[0] == (byte) 0xef
        && json[1] == (byte) 0xbb
        && json[2] == (byte) 0xbf) {
      throw new BadFrameException("a byte order mark");
    }
  }

  private static final class Reader {
    private final byte[] frame;
    private final JsonParser in;

    Reader(byte[] frame, JsonParser in) {
      this.frame = frame;
      this.in = in;
    }

    Command command() throws IOException, BadFrameException {
      expectObject();
      int id = 0;
      String method = "";
      RequestFields fields = new RequestFields();
      boolean empty = true;
      while (in.nextToken() != JsonToken.END_OBJECT) {
        empty = false;
        String field = in.currentName();
        in.nextToken();
        if (field.equals("id")) {
          id = id();
        } else if (!method.isEmpty()) {
          throw new BadFrameException("two commands in one object: " + method + " and another");
        } else {
          method = field;
          fields = request();
        }
      }
      return empty ? new Command.Pong() : fields.command(id, method);
    }

    private int id() throws IOException, BadFrameException {
      long id = number("id");
      if (id > 0xffff_ffffL) {
        throw new BadFrameException("an id beyond 32 bits");
      }
      return (int) id;
    }

    RequestFields connectRequest() throws IOException, BadFrameException {
      return request();
    }

    private RequestFields request() throws IOException, BadFrameException {
      expectObject();
      RequestFields f = new RequestFields();
      while (in.nextToken() != JsonToken.END_OBJECT) {
        String field = in.currentName();
        in.nextToken();
        switch (field) {
          case "channel" -> f.channel = text(field);
          case "token" -> f.token = text(field);
          case "epoch" -> f.epoch = text(field);
          case "name" -> f.name = text(field);
          case "version" -> f.version = text(field);
          case "method" -> f.method = text(field);
          case "delta" -> f.delta = text(field);
          case "tf" ->
              f.filter = in.currentToken() == JsonToken.VALUE_NULL ? Optional.empty() : raw();
          case "offset" -> f.offset = number(field);
          case "flag" -> f.flag = number(field);
          case "limit", "reverse", "since" -> history(field, f);
          case "recover" -> f.recover = flag(field);
          case "join_leave" -> f.joinLeave = flag(field);
          case "data" -> f.data = raw();
          case "subs" -> subs(f);
          default -> in.skipChildren();
        }
      }
      return f;
    }

    /// Means something in a history only; elsewhere it is a field that nobody knows.
    private void history(String field, RequestFields f) throws IOException, BadFrameException {
      JsonToken token = in.currentToken();
      if (token == JsonToken.VALUE_NULL) {
        return; // as if it were not there
      }
      if (field.equals("limit") && token == JsonToken.VALUE_NUMBER_INT) {
        f.limit = in.getLongValue();
      } else if (field.equals("reverse") && token.isBoolean()) {
        f.reverse = in.getBooleanValue();
      } else if (field.equals("since") && token == JsonToken.START_OBJECT) {
        RequestFields position = request();
        f.historySince = Optional.of(new Command.Since(position.epoch, position.offset));
      } else {
        f.badField = field;
        in.skipChildren();
      }
    }

    private void subs(RequestFields connect) throws IOException, BadFrameException {
      expectObject();
      while (in.nextToken() != JsonToken.END_OBJECT) {
        String channel = in.currentName();
        in.nextToken();
        connect.sub(channel, request());
      }
    }

    private void expectObject() throws BadFrameException {
      if (in.currentToken() != JsonToken.START_OBJECT) {
        throw new BadFrameException("an object is due, not " + in.currentToken());
      }
    }

    private String text(String field) throws IOException, BadFrameException {
      if (in.currentToken() != JsonToken.VALUE_STRING) {
        throw new BadFrameException("'" + field + "' is a string");
      }
      return in.getText();
    }

    /// Nothing else is skipped over: what is inside an object would be read as if it stood beside
    /// it.
    private boolean flag(String field) throws BadFrameException {
      return switch (in.currentToken()) {
        case VALUE_TRUE -> true;
        case VALUE_FALSE -> false;
        default -> throw new BadFrameException("'" + field + "' is true or false");
      };
    }

    private long number(String field) throws IOException, BadFrameException {
      if (in.currentToken() != JsonToken.VALUE_NUMBER_INT || in.getLongValue() < 0) {
        throw new BadFrameException("'" + field + "' is a whole number, 0 or above");
      }
      return in.getLongValue();
    }

    /// The value as the client wrote it; numbers keep every digit.
    private Optional<byte[]> raw() throws IOException {
      int from = (int) in.currentTokenLocation().getByteOffset();
      in.skipChildren();
      in.finishToken();
      int to = (int) in.currentLocation().getByteOffset();
      return Optional.of(Arrays.copyOfRange(frame, from, to));
    }
  }
}
