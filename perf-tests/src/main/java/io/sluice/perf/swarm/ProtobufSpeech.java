package io.sluice.perf.swarm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// Messages of Protocol Buffers, each behind its length. Knows the fields that the swarm uses.
final class ProtobufSpeech implements Speech {
  private static final ObjectMapper JSON = Order.Json.MAPPER;

  // fields of a Command
  private static final int CONNECT = 4;
  private static final int SUBSCRIBE = 5;
  private static final int UNSUBSCRIBE = 6;

  @Override
  public int opcode() {
    return ClientFrames.BINARY;
  }

  @Override
  public ByteBuf frame(ByteBufAllocator memory, List<? extends JsonNode> commands) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(all);
      for (JsonNode command : commands) {
        out.writeByteArrayNoTag(command(command));
      }
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // an array in memory has none
    }
    return ClientFrames.frame(memory, ClientFrames.BINARY, all.toByteArray());
  }

  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    fields.write(out);
    out.flush();
    return bytes.toByteArray();
  }

  private static byte[] command(JsonNode command) throws IOException {
    return message(out -> {
      if (command.has("id")) {
        out.writeUInt32(1, command.get("id").asInt());
      }
      if (command.has("connect")) {
        JsonNode request = command.get("connect");
        out.writeByteArray(
            CONNECT,
            message(it -> {
              it.writeString(1, request.path("token").asText());
              it.writeString(4, request.path("name").asText());
            }));
      } else if (command.has("subscribe")) {
        out.writeByteArray(SUBSCRIBE, subscribe(command.get("subscribe")));
      } else if (command.has("unsubscribe")) {
        String channel = command.get("unsubscribe").path("channel").asText();
        out.writeByteArray(UNSUBSCRIBE, message(it -> it.writeString(1, channel)));
      }
    });
  }

  private static byte[] subscribe(JsonNode request) throws IOException {
    return message(out -> {
      out.writeString(1, request.path("channel").asText());
      if (request.has("recover")) {
        out.writeBool(3, true);
        out.writeString(6, request.path("epoch").asText());
        out.writeUInt64(7, request.path("offset").asLong());
      }
    });
  }

  @Override
  public void read(byte[] payload, int length, PushReader reader, Listener listener)
      throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(payload, 0, length);
    while (!in.isAtEnd() && !listener.ended()) {
      int outer = in.pushLimit(in.readRawVarint32());
      ObjectNode message = JSON.createObjectNode();
      if (!reply(in, message, payload, reader)) {
        listener.message(message);
      } else {
        listener.publication(reader);
      }
      in.popLimit(outer);
    }
  }

  private interface Known {
    /// Reads a field.
    ///
    /// @return whether it is one that matters
    boolean read(int field) throws IOException;
  }

  private static void fields(CodedInputStream in, Known known) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (!known.read(WireFormat.getTagFieldNumber(tag))) {
        in.skipField(tag);
      }
    }
  }

  private static void within(CodedInputStream in, Known known) throws IOException {
    int outer = in.pushLimit(in.readRawVarint32());
    fields(in, known);
    in.popLimit(outer);
  }

  /// Reads a reply.
  ///
  /// @return whether it is a publication, which the reader has then
  private static boolean reply(
      CodedInputStream in, ObjectNode message, byte[] payload, PushReader reader)
      throws IOException {
    boolean[] publication = {false};
    fields(
        in,
        field -> {
          switch (field) {
            case 1 -> message.put("id", in.readUInt32());
            case 2 -> error(in, message.putObject("error"));
            case 4 -> publication[0] = push(in, message, payload, reader);
            case 5 -> empty(in, message.putObject("connect"));
            case 6 -> subscribed(in, message.putObject("subscribe"));
            case 7 -> empty(in, message.putObject("unsubscribe"));
            default -> {
              return false;
            }
          }
          return true;
        });
    return publication[0];
  }

  private static void empty(CodedInputStream in, ObjectNode ignored) throws IOException {
    within(in, _ -> false);
  }

  private static void error(CodedInputStream in, ObjectNode error) throws IOException {
    within(
        in,
        field -> {
          switch (field) {
            case 1 -> error.put("code", in.readUInt32());
            case 2 -> error.put("message", in.readString());
            default -> {
              return false;
            }
          }
          return true;
        });
  }

  /// A publication's parts as they are found.
  private static final class Found {
    String channel = "";
    boolean publication;
    long offset;
    int from;
    int to;
  }

  private static boolean push(
      CodedInputStream in, ObjectNode message, byte[] payload, PushReader reader)
      throws IOException {
    Found found = new Found();
    within(
        in,
        field -> {
          switch (field) {
            case 2 -> found.channel = in.readString();
            case 4 -> publication(in, found);
            case 7 -> unsubscribed(in, message);
            default -> {
              return false;
            }
          }
          return true;
        });
    if (found.publication) {
      reader.take(found.channel, found.offset, payload, found.from, found.to);
    } else {
      push(message).put("channel", found.channel);
    }
    return found.publication;
  }

  private static ObjectNode push(ObjectNode message) {
    return message.withObject("/push");
  }

  private static void unsubscribed(CodedInputStream in, ObjectNode message) throws IOException {
    within(
        in,
        field -> {
          if (field == 2) {
            push(message).putObject("unsubscribe").put("code", in.readUInt32());
          }
          return field == 2;
        });
  }

  /// Where the payload lies; nothing of it is copied.
  private static void publication(CodedInputStream in, Found found) throws IOException {
    found.publication = true;
    within(
        in,
        field -> {
          switch (field) {
            case 4 -> {
              int length = in.readRawVarint32();
              found.from = in.getTotalBytesRead();
              found.to = found.from + length;
              in.skipRawBytes(length);
            }
            case 6 -> found.offset = in.readUInt64();
            default -> {
              return false;
            }
          }
          return true;
        });
  }

  private static void subscribed(CodedInputStream in, ObjectNode result) throws IOException {
    within(
        in,
        field -> {
          switch (field) {
            case 6 -> result.put("epoch", in.readString());
            case 7 -> missed(in, result.withArray("/publications").addObject());
            case 8 -> result.put("recovered", in.readBool());
            case 9 -> result.put("offset", in.readUInt64());
            case 12 -> result.put("was_recovering", in.readBool());
            default -> {
              return false;
            }
          }
          return true;
        });
  }

  private static void missed(CodedInputStream in, ObjectNode publication) throws IOException {
    within(
        in,
        field -> {
          switch (field) {
            case 4 -> publication.set("data", JSON.readTree(in.readByteArray()));
            case 6 -> publication.put("offset", in.readUInt64());
            default -> {
              return false;
            }
          }
          return true;
        });
  }
}
