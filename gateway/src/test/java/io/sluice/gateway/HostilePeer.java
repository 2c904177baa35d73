package io.sluice.gateway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.awaitility.Awaitility;

/// What peers do that mean no good, or no longer mean anything.
final class HostilePeer {
  private HostilePeer() {}

  /// A socket with a small window, of about this size.
  static Socket narrow(int port, int window) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(window);
    socket.setSoTimeout(15_000);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return socket;
  }

  /// Sends byte after byte until the server ends it.
  ///
  /// @param pace between two bytes
  /// @return what the server said meanwhile
  /// @throws AssertionError when it took all of them
  static byte[] trickle(Socket socket, byte[] bytes, Duration pace) throws IOException {
    InputStream in = socket.getInputStream();
    socket.setSoTimeout(Math.toIntExact(pace.toMillis()));
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    for (byte b : bytes) {
      try {
        socket.getOutputStream().write(b);
        for (int h = in.read(); h >= 0; h = in.read()) {
          heard.write(h);
        }
        return heard.toByteArray();
      } catch (SocketTimeoutException _) {
        // not yet
      } catch (IOException _) {
        return heard.toByteArray(); // reset
      }
    }
    throw new AssertionError("all of the %d bytes were taken".formatted(bytes.length));
  }

  /// Whether the server still takes this.
  static boolean tells(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /// Sends this again and again, and never closes.
  ///
  /// @return after what time the server had cut the socket
  static Duration untilCut(Socket socket, byte[] again) {
    long began = System.nanoTime();
    Awaitility.await()
        .pollInterval(Duration.ofMillis(100))
        .atMost(Duration.ofSeconds(20))
        .until(() -> !tells(socket, again));
    return since(began);
  }

  static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }
}
