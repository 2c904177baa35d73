package io.sluice.gateway;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// Answers with headers at once, over HTTP, and never with the body that they announce.
public final class NoBody implements AutoCloseable {
  private static final byte[] ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket listening;
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
  private final AtomicInteger ended = new AtomicInteger();

  public NoBody() throws IOException {
    this(0);
  }

  /// @param port 0 = any
  NoBody(int port) throws IOException {
    listening = new ServerSocket(port, 10, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("no-body").start(this::accept);
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listening.accept();
        sockets.add(socket);
        Thread.ofVirtual().name("no-body-peer").start(() -> answer(socket));
      }
    } catch (IOException _) {
      // closed
    }
  }

  private void answer(Socket socket) {
    try (socket) {
      socket.getOutputStream().write(ANSWER);
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException _) {
      // ended all the same
    }
    ended.incrementAndGet();
  }

  public String url() {
    return "http://127.0.0.1:" + listening.getLocalPort();
  }

  /// How many have asked.
  public int asked() {
    return sockets.size();
  }

  /// How many of them wait for the body no more.
  public int ended() {
    return ended.get();
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
