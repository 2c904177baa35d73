package io.sluice.gateway.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Commands of a client that hears over a stream and speaks by `POST /emulation`, at whatever node
/// that arrives. Never compared.
///
/// @param node that holds the stream
/// @param session names the connection there
/// @param data a frame of commands
@SuppressWarnings("ArrayRecordComponent")
public record EmulationRequest(String node, String session, byte[] data) {
  /// Reads a body.
  ///
  /// @throws BadFrameException when it is none
  public static EmulationRequest read(Encoding encoding, byte[] body) throws BadFrameException {
    EmulationRequest request =
        switch (encoding) {
          case JSON -> ofJson(body);
          case PROTOBUF -> ofProtobuf(body);
        };
    if (request.node.isEmpty() || request.session.isEmpty() || request.data.length == 0) {
      throw new BadFrameException("node, session and data are needed");
    }
    return request;
  }

  private static EmulationRequest ofJson(byte[] body) throws BadFrameException {
    String node = "";
    String session = "";
    String data = "";
    try (JsonParser in = JsonCommands.parser(body)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw new BadFrameException("an object is due");
      }
      while (in.nextToken() != JsonToken.END_OBJECT) {
        String field = in.currentName();
        if (in.nextToken() == JsonToken.VALUE_STRING) {
          switch (field) {
            case "node" -> node = in.getText();
            case "session" -> session = in.getText();
            case "data" -> data = in.getText();
            default -> {
              // of a time to come
            }
          }
        } else {
          in.skipChildren();
        }
      }
      if (in.nextToken() != null) {
        throw new BadFrameException("more than one object");
      }
    } catch (IOException e) {
      throw new BadFrameException("not JSON: " + e.getClass().getSimpleName());
    }
    return new EmulationRequest(node, session, data.getBytes(StandardCharsets.UTF_8));
  }

  private static EmulationRequest ofProtobuf(byte[] body) throws BadFrameException {
    String node = "";
    String session = "";
    byte[] data = {};
    CodedInputStream in = CodedInputStream.newInstance(body);
    try {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (tag) {
          case 1 << 3 | 2 -> node = in.readStringRequireUtf8();
          case 2 << 3 | 2 -> session = in.readStringRequireUtf8();
          case 3 << 3 | 2 -> data = in.readByteArray();
          default -> {
            if (!in.skipField(tag)) {
              throw new BadFrameException("a group ends that has not begun");
            }
          }
        }
      }
    } catch (IOException _) {
      throw new BadFrameException("not Protocol Buffers at byte " + in.getTotalBytesRead());
    }
    return new EmulationRequest(node, session, data);
  }
}
