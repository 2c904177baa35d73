package io.sluice.gateway.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Asks every event loop for a sign of life each second, on sockets of its own that stay open.
public final class LoopProbe implements AutoCloseable {
  private static final byte[] REQUEST =
      "GET /health HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final List<Socket> sockets = new ArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private volatile Duration slowest = Duration.ZERO;
  private final AtomicInteger stuck = new AtomicInteger();

  private LoopProbe(Duration bound) {
    thread = new Thread(() -> watch(bound), "loop-probe");
  }

  /// Starts asking.
  ///
  /// @param loops how many there are; sockets that nobody else comes between are given to one after
  ///   the other
  /// @param bound after which an answer counts as [#stuck]
  public static LoopProbe open(int port, int loops, Duration bound) throws IOException {
    LoopProbe probe = new LoopProbe(bound);
    for (int i = 0; i < loops; i++) {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(Math.toIntExact(bound.toMillis()));
      probe.sockets.add(socket);
      roundTrip(socket);
    }
    probe.thread.start();
    return probe;
  }

  private void watch(Duration bound) {
    try {
      do {
        for (Socket socket : sockets) {
          long began = System.nanoTime();
          try {
            roundTrip(socket);
          } catch (IOException _) {
            stuck.incrementAndGet();
            return; // the socket's answers are out of step now
          }
          Duration took = Duration.ofNanos(System.nanoTime() - began);
          slowest = took.compareTo(slowest) > 0 ? took : slowest;
          if (took.compareTo(bound) > 0) {
            stuck.incrementAndGet();
          }
        }
      } while (!closing.await(1, TimeUnit.SECONDS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void roundTrip(Socket socket) throws IOException {
    socket.getOutputStream().write(REQUEST);
    InputStream in = socket.getInputStream();
    int newlines = 0;
    while (newlines < 2) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("the node closed a probe's socket");
      }
      newlines = b == '\n' ? newlines + 1 : b == '\r' ? newlines : 0;
    }
  }

  /// Answers that came too late, or not at all.
  public int stuck() {
    return stuck.get();
  }

  public Duration slowest() {
    return slowest;
  }

  @Override
  public void close() throws IOException {
    closing.countDown();
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
