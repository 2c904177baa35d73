package io.sluice.perf.swarm;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A server without the client protocol, as nchan is one: whoever opens a WebSocket is sent what is
/// published from then on. It keeps nothing.
final class BareServer implements AutoCloseable {
  private static final int TEXT = 0x81;

  private final ServerSocket listener;
  private final List<Socket> clients = new CopyOnWriteArrayList<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();

  BareServer() throws IOException {
    listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  URI edge(String scheme) {
    return URI.create(scheme + "://127.0.0.1:" + listener.getLocalPort() + "/sub?c=");
  }

  /// The heads of all requests.
  List<String> asked() {
    return List.copyOf(asked);
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        asked.add(head(socket.getInputStream()));
        clients.add(socket); // before it can be live
        socket
            .getOutputStream()
            .write(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException _) {
      // closed
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("gone");
      }
      head.append((char) next);
    }
    return head.toString();
  }

  /// To all.
  ///
  /// @param before comes before the payload
  void publish(String before, int channel, int sequence) {
    String payload =
        "%s{\"c\":%d,\"n\":%d,\"t\":%d}".formatted(before, channel, sequence, System.nanoTime());
    byte[] bytes = payload.getBytes(StandardCharsets.US_ASCII);
    byte[] frame = new byte[bytes.length + 2];
    frame[0] = (byte) TEXT;
    frame[1] = (byte) bytes.length;
    System.arraycopy(bytes, 0, frame, 2, bytes.length);
    clients.removeIf(client -> !sent(client, frame));
  }

  private static boolean sent(Socket client, byte[] frame) {
    try {
      client.getOutputStream().write(frame);
      return true;
    } catch (IOException _) {
      return false; // it has been cut
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket client : clients) {
      client.close();
    }
  }
}
