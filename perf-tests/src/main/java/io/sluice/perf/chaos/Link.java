package io.sluice.perf.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/// A network between two processes, with [Weather]. It listens on a port of its own and passes on
/// to that of a server, which may be away meanwhile. Two virtual threads a connection; any thread
/// may call.
final class Link implements AutoCloseable {
  private static final int BACKLOG = 1_024;
  private static final int PIECE = 64 * 1024;
  private static final Duration SENT_AGAIN = Duration.ofMillis(200);
  private static final int LONGEST_RESEND = 800;

  private final String name;
  private final int server;
  private final ServerSocket listening;
  private final Set<Passage> open = ConcurrentHashMap.newKeySet();

  // under the monitor
  private Weather weather = Weather.CLEAR;
  private boolean closed;

  /// @param name for people
  /// @param port to listen on; 0 for any
  /// @param server the port to pass on to
  Link(String name, int port, int server) throws IOException {
    this.name = name;
    this.server = server;
    listening = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("link-" + name).start(this::accept);
  }

  String name() {
    return name;
  }

  /// Where it listens.
  int port() {
    return listening.getLocalPort();
  }

  synchronized void weather(Weather now) {
    weather = now;
    notifyAll();
  }

  /// Ends all connections there are, with a reset; new ones pass.
  void cut() {
    open.forEach(Passage::reset);
  }

  /// From now on nothing passes a share of the present connections, and neither end is told: as
  /// when a laptop is closed.
  ///
  /// @return how many
  int freeze(double share, Random random) {
    List<Passage> all = new ArrayList<>(open);
    Collections.shuffle(all, random);
    List<Passage> some = all.subList(0, (int) Math.round(all.size() * share));
    synchronized (this) {
      some.forEach(passage -> passage.frozen = true);
    }
    return some.size();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        Passage passage = new Passage(client);
        open.add(passage);
        Thread.ofVirtual().name("link-" + name).start(passage::run);
      }
    } catch (IOException _) {
      // closed
    }
  }

  /// Waits while nothing passes.
  ///
  /// @return the weather in which it does
  private synchronized Weather awaitPassage(Passage passage) throws IOException {
    while (!closed && (passage.frozen || weather instanceof Weather.Hole)) {
      try {
        wait();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted");
      }
    }
    if (closed) {
      throw new IOException("the link is closed");
    }
    return weather;
  }

  @Override
  public void close() throws IOException {
    listening.close();
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    open.forEach(Passage::reset);
  }

  /// One connection.
  private final class Passage {
    private final Socket client;
    private final Socket behind = new Socket();

    /// Under the link's monitor.
    private boolean frozen;

    Passage(Socket client) {
      this.client = client;
    }

    private void run() {
      try {
        awaitPassage(this);
        behind.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), server));
        client.setTcpNoDelay(true);
        behind.setTcpNoDelay(true);
        Thread.ofVirtual().name("link-" + name).start(() -> pass(behind, client));
        pass(client, behind);
      } catch (IOException _) {
        reset(); // the server is away: as if its port were closed
      }
    }

    private void pass(Socket from, Socket to) {
      byte[] piece = new byte[PIECE];
      try {
        for (int n = from.getInputStream().read(piece);
            n >= 0;
            n = from.getInputStream().read(piece)) {
          suffer(awaitPassage(this));
          awaitPassage(this);
          to.getOutputStream().write(piece, 0, n);
        }
        awaitPassage(this);
        close(client);
        close(behind);
        open.remove(this);
      } catch (IOException _) {
        reset();
      }
    }

    private void suffer(Weather now) throws IOException {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      switch (now) {
        case Weather.Clear _, Weather.Hole _ -> {}
        case Weather.Slow(Duration least, Duration jitter) ->
            pause(least.toMillis() + random.nextLong(jitter.toMillis() + 1));
        case Weather.Lossy(double pauses, double resets) -> {
          double luck = random.nextDouble();
          if (luck < resets) {
            throw new IOException("given up");
          } else if (luck < resets + pauses) {
            pause(random.nextLong(SENT_AGAIN.toMillis(), LONGEST_RESEND));
          }
        }
      }
    }

    private static void pause(long millis) throws IOException {
      try {
        Thread.sleep(millis);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted");
      }
    }

    private void reset() {
      try {
        client.setSoLinger(true, 0);
        behind.setSoLinger(true, 0);
      } catch (IOException _) {
        // closed already
      }
      close(client);
      close(behind);
      open.remove(this);
    }

    private static void close(Socket socket) {
      try {
        socket.close();
      } catch (IOException _) {
        // it is gone, which is what was wanted
      }
    }
  }
}
