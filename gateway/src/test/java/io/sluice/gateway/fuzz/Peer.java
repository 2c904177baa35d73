package io.sluice.gateway.fuzz;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.centrifugal.centrifuge.internal.protocol.Protocol;
import io.sluice.gateway.wire.Deflating;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.DataFormatException;

/// A raw socket to the node that looks at what comes back. For one thread.
///
/// @see ServerFault for what the node does wrong; an [IOException] only means that it has closed
final class Peer implements AutoCloseable {
  /// The node is wrong, whatever it was sent.
  static final class ServerFault extends RuntimeException {
    private static final long serialVersionUID = 1;

    ServerFault(String message) {
      super(message);
    }
  }

  /// What the messages of the node are read as.
  enum Speaks {
    ANYTHING,
    JSON,
    PROTOBUF
  }

  private static final int PATIENCE_MS = 10_000;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<Integer> NEVER_SENT = Set.of(1004, 1005, 1006, 1015);

  private final Socket socket = new Socket();
  private final InputStream in;
  private boolean deflates;

  /// @param source the last part of the address in 127.0.0.0/8 to come from: ports are few
  Peer(int port, int source) throws IOException {
    try {
      in = connected(port, source);
    } catch (IOException e) {
      socket.close(); // or the collector has to
      throw e;
    }
  }

  private InputStream connected(int port, int source) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MS);
    socket.bind(
        new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) source}), 0));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MS);
    return new BufferedInputStream(socket.getInputStream(), 16 * 1024);
  }

  void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /// Whether compressed messages have been agreed on.
  boolean deflates() {
    return deflates;
  }

  /// The head of the answer.
  String head() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
      head.append((char) one());
    }
    deflates = head.indexOf("permessage-deflate") >= 0;
    return head.toString();
  }

  private int one() throws IOException {
    int b;
    try {
      b = in.read();
    } catch (java.net.SocketTimeoutException _) {
      throw new ServerFault("neither an answer nor a close in " + PATIENCE_MS + " ms");
    }
    if (b < 0) {
      throw new EOFException();
    }
    return b;
  }

  /// Pings and reads until the pong comes.
  ///
  /// @return whether the connection lives
  boolean alive(int number, Speaks speaks) {
    byte[] payload = ByteBuffer.allocate(4).putInt(number).array();
    try {
      write(ClientFrames.ping(payload));
      while (true) {
        int first = one();
        int second = one();
        byte[] body = body(second);
        check(first, second, body, speaks);
        if (first == 0x8a && Arrays.equals(body, payload)) {
          return true;
        }
      }
    } catch (IOException _) {
      return false;
    }
  }

  private byte[] body(int second) throws IOException {
    long length = second & 0x7f;
    if (length >= 126) {
      int bytes = length == 126 ? 2 : 8;
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = (length << 8) | one();
      }
    }
    byte[] body = in.readNBytes((int) length);
    if (body.length < length) {
      throw new EOFException();
    }
    return body;
  }

  private void check(int first, int second, byte[] body, Speaks speaks) {
    int opcode = first & 0xf;
    boolean known = opcode == 1 || opcode == 2 || opcode == 8 || opcode == 9 || opcode == 10;
    boolean deflated = (first & 0x40) != 0;
    boolean mayBe = deflates && opcode <= 2;
    if (!known || (first & 0xb0) != 0x80 || (deflated && !mayBe) || (second & 0x80) != 0) {
      throw new ServerFault("not a frame of a server: %02x %02x".formatted(first, second));
    }
    if (opcode == 8 && body.length >= 2) {
      int code = ((body[0] & 0xff) << 8) | (body[1] & 0xff);
      if (code < 1000 || code > 4999 || NEVER_SENT.contains(code)) {
        throw new ServerFault("a close code that is never sent: " + code);
      }
    }
    if ((speaks == Speaks.PROTOBUF && opcode == 1) || (speaks == Speaks.JSON && opcode == 2)) {
      throw new ServerFault("a frame of the other kind: " + opcode);
    }
    byte[] message = deflated && speaks != Speaks.ANYTHING ? inflated(body) : body;
    if (opcode == 2 && speaks == Speaks.PROTOBUF) {
      checkReplies(message);
    }
    if (opcode == 1 && speaks == Speaks.JSON) {
      for (String line : new String(message, StandardCharsets.UTF_8).split("\n", -1)) {
        checkJson(line);
      }
    }
  }

  private static byte[] inflated(byte[] body) {
    try {
      return Deflating.message(body);
    } catch (DataFormatException e) {
      throw new ServerFault("not deflated: " + e.getMessage());
    }
  }

  private static void checkReplies(byte[] message) {
    ByteArrayInputStream in = new ByteArrayInputStream(message);
    try {
      while (in.available() > 0) {
        var _ = Protocol.Reply.parseDelimitedFrom(in);
      }
    } catch (IOException e) {
      throw new ServerFault("not replies: " + e.getMessage());
    }
  }

  private static void checkJson(String line) {
    try {
      if (!JSON.readTree(line).isObject()) {
        throw new ServerFault("not an object: " + line);
      }
    } catch (JsonProcessingException e) {
      throw new ServerFault("not JSON: " + e.getOriginalMessage());
    }
  }

  /// Closes this side, and reads until the node has closed its own.
  void finish() {
    try {
      socket.shutdownOutput();
      byte[] waste = new byte[8 * 1024];
      while (in.read(waste) >= 0) {
        // whatever it says
      }
    } catch (java.net.SocketTimeoutException _) {
      throw new ServerFault("the node does not close in " + PATIENCE_MS + " ms");
    } catch (IOException _) {
      // it was faster
    }
  }

  /// Goes without a word.
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
