package io.sluice.perf.chaos;

import io.sluice.perf.ClientEvents;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Random;

/// A client's side of a WebSocket, by hand: it may send what is no protocol, and reads when it is
/// told to; the kernel holds little for it meanwhile. One thread.
final class RawSocket implements AutoCloseable {
  private static final int TEXT = 1;
  private static final int CLOSE = 8;
  private static final int RECEIVE_BUFFER = 4_096;
  private static final int LONGEST_FRAME = 1 << 24;

  /// For a connection, and for the rest of what has begun to come.
  private static final int PATIENCE = 3_000;

  private final Socket socket = new Socket();
  private final InputStream in;

  /// @param port on this machine
  RawSocket(int port) throws IOException {
    try {
      socket.setReceiveBufferSize(RECEIVE_BUFFER);
      socket.setSoTimeout(PATIENCE);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE);
      in = new BufferedInputStream(socket.getInputStream(), RECEIVE_BUFFER);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /// Asks for a WebSocket; the answer is not read.
  void askForWebSocket(Random random) throws IOException {
    byte[] key = new byte[16];
    random.nextBytes(key);
    send(
        "GET /connection/websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "
            + Base64.getEncoder().encodeToString(key)
            + "\r\nSec-WebSocket-Version: 13\r\n\r\n");
  }

  /// Reads the answer to [#askForWebSocket].
  void readHandshake() throws IOException {
    int ends = 0;
    for (int i = 0; ends < 4; i++) {
      if (i > RECEIVE_BUFFER) {
        throw new IOException("no end of the handshake");
      }
      int next = byteRead();
      ends = next == (ends % 2 == 0 ? '\r' : '\n') ? ends + 1 : 0;
    }
  }

  void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  void send(byte[] bytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
    out.flush();
  }

  void text(String text) throws IOException {
    frame(TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  /// A masked frame, with a mask of zeros.
  void frame(int opcode, byte[] payload) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(0x80 | opcode);
    if (payload.length < 126) {
      out.write(0x80 | payload.length);
    } else {
      out.write(0x80 | 126);
      out.write(payload.length >> 8);
      out.write(payload.length);
    }
    out.write(new byte[4]);
    out.write(payload);
    out.flush();
  }

  /// The next text that begins to come within this time.
  ///
  /// @throws IOException also when the server ends the connection
  /// @throws IllegalStateException when it sends what is no text, or ends it for good
  Optional<String> next(Duration limit) throws IOException {
    int first;
    socket.setSoTimeout(Math.toIntExact(Math.max(1, limit.toMillis())));
    try {
      first = byteRead();
    } catch (SocketTimeoutException _) {
      return Optional.empty();
    } finally {
      socket.setSoTimeout(PATIENCE);
    }
    int length = byteRead();
    int bytes = length == 127 ? 8 : length == 126 ? 2 : 0;
    long size = bytes == 0 ? length : 0;
    for (int i = 0; i < bytes; i++) {
      size = size << 8 | byteRead();
    }
    if ((first != (0x80 | TEXT) && first != (0x80 | CLOSE)) || size < 0 || size > LONGEST_FRAME) {
      throw new IllegalStateException("a frame of kind %d and %d bytes".formatted(first, size));
    }
    byte[] payload = in.readNBytes((int) size);
    if (payload.length < size) {
      throw new EOFException("the end within a frame");
    }
    if (first == (0x80 | CLOSE)) {
      throw closed(payload);
    }
    return Optional.of(new String(payload, StandardCharsets.UTF_8));
  }

  private static IOException closed(byte[] payload) {
    int code = payload.length < 2 ? 0 : ByteBuffer.wrap(payload).getChar();
    if (ClientEvents.isForGood(code)) {
      throw new IllegalStateException("closed for good: " + code);
    }
    return new IOException("closed: " + code);
  }

  /// Waits for anything, and throws it away.
  void readAnything() throws IOException {
    var _ = in.read(new byte[512]);
  }

  private int byteRead() throws IOException {
    int next = in.read();
    if (next < 0) {
      throw new EOFException("the server has gone");
    }
    return next;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
