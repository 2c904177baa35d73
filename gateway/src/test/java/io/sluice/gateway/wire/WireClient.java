package io.sluice.gateway.wire;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/// A socket that speaks WebSocket byte by byte.
final class WireClient implements AutoCloseable {
  private static final int PATIENCE_MS = 60_000;

  private final Socket socket;
  private final InputStream in;
  private final String head;

  /// The largest distance within a compressed message that was read.
  private int farthest;

  /// How many messages came compressed.
  private int compressed;

  /// @param extensions the value of `Sec-WebSocket-Extensions`; "" for none
  WireClient(int port, String path, String extensions) throws IOException {
    this(port, path, extensions, "");
  }

  /// @param protocols the value of `Sec-WebSocket-Protocol`; "" for none
  WireClient(int port, String path, String extensions, String protocols) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MS);
    in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    String offer =
        header("Sec-WebSocket-Extensions", extensions)
            + header("Sec-WebSocket-Protocol", protocols);
    write(
        Frame.utf8(
            "GET "
                + path
                + " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + offer
                + "\r\n"));
    head = readHead();
    if (!head.startsWith("HTTP/1.1 101")) {
      throw new IOException("no upgrade: " + head);
    }
  }

  private static String header(String name, String value) {
    return value.isEmpty() ? "" : name + ": " + value + "\r\n";
  }

  private String readHead() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int matched = 0;
    while (matched < 4) {
      int b = in.read();
      if (b < 0) {
        break;
      }
      bytes.write(b);
      matched = b == "\r\n\r\n".charAt(matched) ? matched + 1 : b == '\r' ? 1 : 0;
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  /// The extensions of the answer; "" for none.
  String agreed() {
    return answer("sec-websocket-ext");
  }

  /// The sub-protocol of the answer; "" for none.
  String protocol() {
    return answer("sec-websocket-protocol");
  }

  private String answer(String name) {
    return head.lines()
        .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }

  int farthest() {
    return farthest;
  }

  int compressed() {
    return compressed;
  }

  /// For any thread: each call's bytes stay together.
  synchronized void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /// Writes beside whoever reads: an echo stops reading while its peer does. A server that has said
  /// enough may close meanwhile.
  void writeAll(List<byte[]> pieces) {
    Thread.startVirtualThread(() -> {
      try {
        for (byte[] piece : pieces) {
          write(piece);
        }
      } catch (IOException _) {
        // the reader sees why
      }
    });
  }

  /// Everything up to the end of the stream.
  List<Heard> readToEnd() throws IOException {
    List<Heard> all = new ArrayList<>();
    for (Heard next = read(); next != null; next = read()) {
      all.add(next);
    }
    return all;
  }

  /// The next message or control frame; null at the end of the stream.
  @Nullable Heard read() throws IOException {
    int first = in.read();
    if (first < 0) {
      return null;
    }
    Received frame = rest(first);
    byte[] payload = frame.payload();
    if (frame.opcode() == Frame.CLOSE) {
      return Heard.close(payload.length == 0 ? 0 : (payload[0] & 0xff) << 8 | (payload[1] & 0xff));
    }
    return Heard.of(frame.opcode(), frame.compressed() ? inflated(payload) : payload);
  }

  /// The next message; pings of the server are answered meanwhile. Whoever writes beside this
  /// writes whole frames.
  @Nullable Heard readMessage() throws IOException {
    Heard heard = read();
    while (heard != null && heard.what().equals(Integer.toString(Frame.PING))) {
      write(Frame.of(Frame.FIN | Frame.PONG, new byte[0]));
      heard = read();
    }
    return heard;
  }

  /// The next frame as it comes.
  Received readFrame() throws IOException {
    return rest(in.read());
  }

  private Received rest(int first) throws IOException {
    if (first < 0 || (first & Frame.FIN) == 0) {
      throw new IOException("the server never fragments, but sent " + first);
    }
    return new Received(first & 0x7f, in.readNBytes(length()));
  }

  /// The first ones by our own decoder, which sees what zlib does not care about; it is slow.
  private byte[] inflated(byte[] payload) throws IOException {
    compressed++;
    try {
      if (compressed > 3) {
        return Deflating.message(payload);
      }
      TinyInflate inflate = new TinyInflate(payload);
      byte[] message = inflate.message();
      farthest = Math.max(farthest, inflate.farthest());
      return message;
    } catch (DataFormatException e) {
      throw new IOException("the server's compressed message is corrupt", e);
    }
  }

  private int length() throws IOException {
    int second = in.read();
    if ((second & 0x80) != 0) {
      throw new IOException("a server's frame is masked");
    }
    long length = second;
    if (second >= 126) {
      length = 0;
      for (int i = second == 126 ? 2 : 8; i > 0; i--) {
        length = length << 8 | in.read();
      }
    }
    return Math.toIntExact(length);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
