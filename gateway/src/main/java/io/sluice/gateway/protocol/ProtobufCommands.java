package io.sluice.gateway.protocol;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads Protocol Buffers commands from a binary frame. What it does not know it passes over, as
/// the format has it. Thread-safe.
final class ProtobufCommands {
  /// The requests, by their field in a Command.
  private static final Map<Integer, String> METHODS =
      Map.ofEntries(
          Map.entry(4, "connect"),
          Map.entry(5, "subscribe"),
          Map.entry(6, "unsubscribe"),
          Map.entry(7, "publish"),
          Map.entry(8, "presence"),
          Map.entry(9, "presence_stats"),
          Map.entry(10, "history"),
          Map.entry(11, "ping"),
          Map.entry(12, "send"),
          Map.entry(13, "rpc"),
          Map.entry(14, "refresh"),
          Map.entry(15, "sub_refresh"));

  private ProtobufCommands() {}

  /// Reads a frame.
  ///
  /// @param frame one or more commands, each behind its length
  /// @throws BadFrameException when anything in the frame is no command; then none of it counts
  static List<Command> decode(byte[] frame) throws BadFrameException {
    List<Command> commands = new ArrayList<>(2);
    CodedInputStream in = CodedInputStream.newInstance(frame);
    try {
      while (!in.isAtEnd()) {
        int length = in.readRawVarint32();
        int outer = in.pushLimit(length);
        commands.add(length == 0 ? new Command.Pong() : new Reader(in).command());
        in.checkLastTagWas(0);
        in.popLimit(outer);
      }
    } catch (InvalidProtocolBufferException e) {
      throw new BadFrameException("not Protocol Buffers at byte " + in.getTotalBytesRead());
    } catch (IOException e) {
      throw new BadFrameException("not readable: " + e.getClass().getSimpleName());
    }
    if (commands.isEmpty()) {
      throw new BadFrameException("an empty frame");
    }
    return commands;
  }

  /// One command; the stream ends where it does.
  private static final class Reader {
    private final CodedInputStream in;

    Reader(CodedInputStream in) {
      this.in = in;
    }

    private interface Field {
      /// Reads the field of this number.
      ///
      /// @return whether it is known
      boolean read(int number, int type) throws IOException, BadFrameException;
    }

    /// Reads all fields up to the limit.
    private void fields(Field known) throws IOException, BadFrameException {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (!known.read(WireFormat.getTagFieldNumber(tag), WireFormat.getTagWireType(tag))) {
          pass(tag);
        }
      }
    }

    private void pass(int tag) throws IOException, BadFrameException {
      if (!in.skipField(tag)) {
        throw new BadFrameException("a group ends that has not begun");
      }
    }

    /// The fields of a message within.
    private void message(Field known) throws IOException, BadFrameException {
      int length = in.readRawVarint32();
      int outer = in.pushLimit(length);
      fields(known);
      in.checkLastTagWas(0);
      in.popLimit(outer);
    }

    Command command() throws IOException, BadFrameException {
      RequestFields request = new RequestFields();
      int[] id = {0};
      String[] method = {""};
      fields((number, type) -> {
        if (number == 1 && type == WireFormat.WIRETYPE_VARINT) {
          id[0] = in.readUInt32();
          return true;
        }
        String named = METHODS.get(number);
        if (named == null || type != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
          return false;
        }
        if (!method[0].isEmpty()) {
          throw new BadFrameException("two commands in one: " + method[0] + " and " + named);
        }
        method[0] = named;
        message((field, kind) -> field(named, request, field, kind));
        return true;
      });
      return request.command(id[0], method[0]);
    }

    private boolean field(String method, RequestFields f, int number, int type)
        throws IOException, BadFrameException {
      return switch (method) {
        case "connect" -> connect(f, number, type);
        case "subscribe" -> subscribe(f, number, type);
        case "publish" -> publish(f, number, type);
        case "send" -> type == WireFormat.WIRETYPE_LENGTH_DELIMITED && data(f, number, 1);
        case "rpc" ->
            type == WireFormat.WIRETYPE_LENGTH_DELIMITED && (data(f, number, 1) || rpc(f, number));
        case "history" -> history(f, number, type);
        case "refresh" -> type == WireFormat.WIRETYPE_LENGTH_DELIMITED && token(f, number, 1);
        case "sub_refresh" ->
            type == WireFormat.WIRETYPE_LENGTH_DELIMITED
                && (channel(f, number) || token(f, number, 2));
        default -> type == WireFormat.WIRETYPE_LENGTH_DELIMITED && channel(f, number);
      };
    }

    private boolean connect(RequestFields f, int number, int type)
        throws IOException, BadFrameException {
      if (type != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        return false;
      }
      switch (number) {
        case 1 -> f.token = in.readStringRequireUtf8();
        case 2 -> f.data = Optional.of(in.readByteArray());
        case 3 -> sub(f);
        case 4 -> f.name = in.readStringRequireUtf8();
        case 5 -> f.version = in.readStringRequireUtf8();
        default -> {
          return false;
        }
      }
      return true;
    }

    /// One more entry of a map.
    private void sub(RequestFields connect) throws IOException, BadFrameException {
      RequestFields f = new RequestFields();
      String[] channel = {""};
      message((number, type) -> {
        if (type != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
          return false;
        }
        switch (number) {
          case 1 -> channel[0] = in.readStringRequireUtf8();
          case 2 -> message((field, kind) -> subscribe(f, field, kind));
          default -> {
            return false;
          }
        }
        return true;
      });
      connect.sub(channel[0], f);
    }

    private boolean subscribe(RequestFields f, int number, int type)
        throws IOException, BadFrameException {
      if (type == WireFormat.WIRETYPE_VARINT) {
        switch (number) {
          case 3 -> f.recover = in.readBool();
          case 7 -> f.offset = offset();
          case 11 -> f.joinLeave = in.readBool();
          case 14 -> f.flag = in.readInt64();
          default -> {
            return false;
          }
        }
        return true;
      }
      if (type != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        return false;
      }
      switch (number) {
        case 1 -> f.channel = in.readStringRequireUtf8();
        case 2 -> f.token = in.readStringRequireUtf8();
        case 6 -> f.epoch = in.readStringRequireUtf8();
        case 8 -> f.data = Optional.of(in.readByteArray());
        case 12 -> f.delta = in.readStringRequireUtf8();
        case 13 -> f.filter = Optional.of(in.readByteArray());
        default -> {
          return false;
        }
      }
      return true;
    }

    private boolean history(RequestFields f, int number, int type)
        throws IOException, BadFrameException {
      if (type == WireFormat.WIRETYPE_VARINT) {
        switch (number) {
          case 7 -> f.limit = in.readInt32();
          case 9 -> f.reverse = in.readBool();
          default -> {
            return false;
          }
        }
        return true;
      }
      if (type == WireFormat.WIRETYPE_LENGTH_DELIMITED && number == 8) {
        RequestFields since = new RequestFields();
        message((field, kind) -> position(since, field, kind));
        f.historySince = Optional.of(new Command.Since(since.epoch, since.offset));
        return true;
      }
      return type == WireFormat.WIRETYPE_LENGTH_DELIMITED && channel(f, number);
    }

    private boolean position(RequestFields f, int number, int type)
        throws IOException, BadFrameException {
      if (number == 1 && type == WireFormat.WIRETYPE_VARINT) {
        f.offset = offset();
      } else if (number == 2 && type == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        f.epoch = in.readStringRequireUtf8();
      } else {
        return false;
      }
      return true;
    }

    private long offset() throws IOException, BadFrameException {
      long offset = in.readUInt64();
      if (offset < 0) {
        throw new BadFrameException("an offset beyond 63 bits");
      }
      return offset;
    }

    private boolean publish(RequestFields f, int number, int type) throws IOException {
      return type == WireFormat.WIRETYPE_LENGTH_DELIMITED
          && (channel(f, number) || data(f, number, 2));
    }

    private boolean rpc(RequestFields f, int number) throws IOException {
      if (number != 2) {
        return false;
      }
      f.method = in.readStringRequireUtf8();
      return true;
    }

    private boolean channel(RequestFields f, int number) throws IOException {
      if (number != 1) {
        return false;
      }
      f.channel = in.readStringRequireUtf8();
      return true;
    }

    private boolean token(RequestFields f, int number, int expected) throws IOException {
      if (number != expected) {
        return false;
      }
      f.token = in.readStringRequireUtf8();
      return true;
    }

    private boolean data(RequestFields f, int number, int expected) throws IOException {
      if (number != expected) {
        return false;
      }
      f.data = Optional.of(in.readByteArray());
      return true;
    }
  }
}
