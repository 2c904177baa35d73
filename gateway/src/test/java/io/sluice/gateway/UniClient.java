package io.sluice.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/// A unidirectional client without an SDK, over each transport; knows the position it was told.
final class UniClient implements AutoCloseable {
  enum Kind {
    /// `uni_sse`, coming back as browsers do.
    EVENTS,
    LINES,
    WEB_SOCKET
  }

  private final Kind kind;
  private final Socket socket;
  private final BufferedReader lines;
  private String head = "";
  private String position;
  private String data = "";

  /// @param position of an earlier connection; may be empty
  UniClient(Kind kind, Gateway node, String query, String position) throws IOException {
    this.kind = kind;
    this.position = position;
    EdgeProbe probe = new EdgeProbe(node.edgePort());
    String since = position.isEmpty() ? "" : "&since=" + position;
    String host = "HTTP/1.1\r\nHost: x\r\n";
    socket =
        switch (kind) {
          case WEB_SOCKET -> probe.webSocket("/connection/uni_websocket?" + query + since);
          case LINES ->
              asked(
                  probe, "GET /connection/uni_http_stream?" + query + since + " " + host + "\r\n");
          case EVENTS ->
              asked(
                  probe,
                  "GET /connection/uni_sse?"
                      + query
                      + " "
                      + host
                      + (position.isEmpty() ? "" : "Last-Event-ID: " + position + "\r\n")
                      + "\r\n");
        };
    lines =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  static String query(String user, String... channels) {
    return "token="
        + TestStack.token(user)
        + "&channels="
        + URLEncoder.encode(String.join(",", channels), StandardCharsets.UTF_8);
  }

  private Socket asked(EdgeProbe probe, String request) throws IOException {
    Socket opened = probe.open();
    opened.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    head = EdgeProbe.head(opened.getInputStream());
    return opened;
  }

  String head() {
    return head;
  }

  /// The position it was told last.
  String position() {
    return position;
  }

  /// The next message that is more than a position or a sign of life.
  JsonNode next() throws IOException {
    while (true) {
      JsonNode message = read();
      if (!message.isEmpty()) {
        return message;
      }
    }
  }

  /// The next publication's data, a number.
  long number() throws IOException {
    return next().path("pub").path("data").asLong();
  }

  /// Reads the position that ends a flush, where it does not stand in front of the last event.
  void awaitMark() throws IOException {
    if (kind != Kind.EVENTS) {
      awaitPositionOtherThan(position);
    }
  }

  /// Reads on until it is told another position.
  void awaitPositionOtherThan(String before) throws IOException {
    while (position.equals(before)) {
      read();
    }
  }

  /// A frame or a line; an event with its last line.
  private JsonNode read() throws IOException {
    JsonNode message = kind == Kind.WEB_SOCKET ? frame() : line(text());
    if (message.has("since")) {
      position = message.path("since").asText();
      ((ObjectNode) message).remove("since");
    }
    return message;
  }

  /// Events as WHATWG HTML §9.2.6 has them.
  private JsonNode line(String line) {
    if (line.startsWith("{")) {
      return TestClient.parse(line);
    }
    if (line.startsWith("id: ")) {
      position = line.substring("id: ".length());
    } else if (line.startsWith("data: ")) {
      data = line.substring("data: ".length());
    } else if (line.isEmpty() && !data.isEmpty()) {
      JsonNode event = TestClient.parse(data);
      data = "";
      return event;
    }
    return TestClient.parse("{}");
  }

  private String text() throws IOException {
    String line = lines.readLine();
    if (line == null) {
      throw new IOException("the stream has ended");
    }
    return line;
  }

  private JsonNode frame() throws IOException {
    EdgeProbe.Received frame = EdgeProbe.read(socket.getInputStream());
    return switch (frame.opcode()) {
      case 1 -> TestClient.parse(frame.text());
      case 8 -> throw new IOException("closed with " + frame.closeCode());
      case 9 -> {
        socket.getOutputStream().write(EdgeProbe.frame(10, frame.payload()));
        yield TestClient.parse("{}");
      }
      default -> throw new IOException("a frame of the kind " + frame.opcode());
    };
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
