package io.sluice.perf.chaos;

import io.sluice.embedded.EmbeddedRedis;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// The Redis of the cluster under test. One thread.
final class Redis implements AutoCloseable {
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final String DONE = "+OK";

  private final EmbeddedRedis server = EmbeddedRedis.builder().start();

  int port() {
    return server.port();
  }

  /// `kill -9`; nothing of what it held is kept.
  void kill() throws IOException {
    ProcessHandle.of(server.pid()).ifPresent(ProcessHandle::destroyForcibly);
    server.stop();
  }

  void start() {
    server.start();
  }

  void freeze() {
    server.pause();
  }

  void thaw() {
    server.resume();
  }

  /// `FLUSHALL`.
  void flush() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout((int) ANSWER.toMillis());
      OutputStream out = socket.getOutputStream();
      out.write("FLUSHALL\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
      String answer =
          new String(socket.getInputStream().readNBytes(DONE.length()), StandardCharsets.US_ASCII);
      if (!answer.equals(DONE)) {
        throw new IOException("FLUSHALL was answered '" + answer + "'");
      }
    }
  }

  /// @throws IOException when it has ended
  void demandAlive() throws IOException {
    if (ProcessHandle.of(server.pid()).filter(ProcessHandle::isAlive).isEmpty()) {
      throw new IOException("Redis does not run, and nobody ended it");
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
