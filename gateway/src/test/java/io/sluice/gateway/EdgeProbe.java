package io.sluice.gateway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/// Speaks to the edge byte by byte.
public final class EdgeProbe {
  private static final int PATIENCE_MS = 15_000;

  private final int port;
  private final InetAddress to;
  private final InetAddress from;

  public EdgeProbe(int port) {
    this(port, InetAddress.getLoopbackAddress(), InetAddress.getLoopbackAddress());
  }

  private EdgeProbe(int port, InetAddress to, InetAddress from) {
    this.port = port;
    this.to = to;
    this.from = from;
  }

  /// To and from this address of this machine.
  static EdgeProbe at(String address, int port) {
    InetAddress both = InetAddress.ofLiteral(address);
    return new EdgeProbe(port, both, both);
  }

  /// The same from another address of this machine.
  EdgeProbe from(String address) {
    return new EdgeProbe(port, to, InetAddress.ofLiteral(address));
  }

  Socket open() throws IOException {
    Socket socket = new Socket(to, port, from, 0);
    socket.setSoTimeout(PATIENCE_MS);
    return socket;
  }

  /// A GET that closes; the whole answer.
  public String get(String path, String... headers) throws IOException {
    StringBuilder request =
        new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    return exchange(request + "Connection: close\r\n\r\n");
  }

  /// A metric's value, on the private port; its labels are part of the name.
  public double metric(String name) throws IOException {
    return get("/metrics")
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new IOException("there is no metric " + name));
  }

  /// How many connections have been closed, for whatever reason; on the private port.
  double closings() throws IOException {
    return get("/metrics")
        .lines()
        .filter(line -> line.startsWith("sluice_edge_closings_total{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  /// Sends and reads until the server closes.
  public String exchange(String request) throws IOException {
    try (Socket socket = open()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /// A socket that has been through a WebSocket handshake.
  Socket webSocket(String path, String... headers) throws IOException {
    return webSocket(open(), path, headers);
  }

  /// The same on a socket of one's own.
  Socket webSocket(Socket socket, String path, String... headers) throws IOException {
    String head = upgrade(socket, path, headers);
    if (!head.startsWith("HTTP/1.1 101")) {
      throw new IOException("no upgrade: " + head);
    }
    return socket;
  }

  /// Asks for a WebSocket; the answer's head.
  String upgrade(Socket socket, String path, String... headers) throws IOException {
    StringBuilder request =
        new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    request.append(
        """
        Upgrade: websocket\r
        Connection: Upgrade\r
        Sec-WebSocket-Version: 13\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        \r
        """);
    socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
    return head(socket.getInputStream());
  }

  /// Whether a socket's request is answered with 200.
  static boolean isServed(Socket socket) throws IOException {
    try {
      socket
          .getOutputStream()
          .write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      return head(socket.getInputStream()).startsWith("HTTP/1.1 200");
    } catch (SocketException _) {
      return false; // reset
    }
  }

  /// Whether a socket comes to its end without a word.
  static boolean isCut(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException _) {
      return true; // reset: it had sent more than was read
    }
  }

  /// Reads up to the end of the headers.
  static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        break;
      }
      head.write(b);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  /// A client's frame: final, masked with zeros.
  static byte[] frame(int opcode, byte[] payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x80 | opcode);
    if (payload.length < 126) {
      out.write(0x80 | payload.length);
    } else if (payload.length < 1 << 16) {
      out.write(0x80 | 126);
      out.write(payload.length >> 8);
      out.write(payload.length);
    } else {
      out.write(0x80 | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        out.write((int) ((long) payload.length >> shift));
      }
    }
    out.writeBytes(new byte[4]);
    out.writeBytes(payload);
    return out.toByteArray();
  }

  /// The next frame's opcode and payload, of a server.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Received(int opcode, byte[] payload) {
    String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }

    /// Of a close frame.
    int closeCode() {
      return ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
    }
  }

  /// Reads frames up to a close.
  ///
  /// @return its code
  static int closeCode(InputStream in) throws IOException {
    while (true) {
      Received frame = read(in);
      if (frame.opcode() == 8) {
        return frame.closeCode();
      }
    }
  }

  static Received read(InputStream in) throws IOException {
    int first = in.read();
    int second = in.read();
    if (second < 0) {
      throw new IOException("the server closed without a frame");
    }
    long length = second & 0x7f;
    if (length >= 126) {
      int bytes = length == 126 ? 2 : 8;
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = (length << 8) | in.read();
      }
    }
    return new Received(first & 0xf, in.readNBytes((int) length));
  }
}
