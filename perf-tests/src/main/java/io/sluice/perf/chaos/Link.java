package io.sluice.perf.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// A network between two processes, with [Weather]. It listens on a port of its own and passes on
/// to that of a server, which may be away meanwhile. Two virtual threads a connection; any thread
/// may call.
final class Link implements AutoCloseable {
  private static final int BACKLOG = 1_024;
  private static final int PIECE = 64 * 1024;
  private static final Duration SENT_AGAIN = Duration.ofMillis(200);
  private static final int LONGEST_RESEND = 800;

  /// After a connection could not be accepted, as when there is no file descriptor left.
  private static final Duration ACCEPT_AGAIN = Duration.ofMillis(50);

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
    this(name, new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress()), server);
  }

  /// @param listening is closed with the link
  Link(String name, ServerSocket listening, int server) {
    this.name = name;
    this.server = server;
    this.listening = listening;
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

  /// From now on nothing passes a share of the connections that are not so yet, and neither end is
  /// told, not even that the other has gone: as when a laptop is closed. What they send is lost.
  ///
  /// @return how many
  synchronized int freeze(double share, Random random) {
    List<Passage> all = new ArrayList<>(open);
    all.removeIf(passage -> passage.frozen);
    Collections.shuffle(all, random);
    List<Passage> some = all.subList(0, (int) Math.round(all.size() * share));
    some.forEach(passage -> passage.frozen = true);
    notifyAll();
    return some.size();
  }

  /// How many connections there are, also such as nothing passes.
  int connections() {
    return open.size();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Passage passage = new Passage(listening.accept());
        open.add(passage);
        Thread.ofVirtual().name("link-" + name).start(passage::run);
      } catch (IOException _) {
        awaitClosed(ACCEPT_AGAIN); // closed, or no file descriptor is left: then later
      }
    }
  }

  private synchronized void awaitClosed(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    try {
      for (long left = limit.toNanos(); !closed && left > 0; left = end - System.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Waits while nothing passes for the time being.
  ///
  /// @return the weather in which something does; nothing when nothing will
  private synchronized Optional<Weather> awaitPassage(Passage passage) throws IOException {
    while (!closed && !passage.frozen && weather instanceof Weather.Hole) {
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
    return passage.frozen ? Optional.empty() : Optional.of(weather);
  }

  private synchronized boolean isFrozen(Passage passage) {
    return passage.frozen;
  }

  /// Counts the ends of a frozen connection that have gone.
  ///
  /// @return whether that was the last
  private synchronized boolean isLast(Passage passage) {
    passage.gone++;
    return passage.gone == 2;
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

    // under the link's monitor
    private boolean frozen;
    private int gone;

    Passage(Socket client) {
      this.client = client;
    }

    private void run() {
      try {
        if (awaitPassage(this).isPresent()) {
          behind.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server));
          client.setTcpNoDelay(true);
          behind.setTcpNoDelay(true);
        } else {
          isLast(this); // it was never connected to the server
        }
      } catch (IOException _) {
        reset(); // the server is away: as if its port were closed
        return;
      }
      if (behind.isConnected()) {
        Thread.ofVirtual().name("link-" + name).start(() -> pass(behind, client));
      }
      pass(client, behind);
    }

    private void pass(Socket from, Socket to) {
      byte[] piece = new byte[PIECE];
      try {
        for (int n = from.getInputStream().read(piece);
            n >= 0;
            n = from.getInputStream().read(piece)) {
          pass(piece, n, to);
        }
        if (awaitPassage(this).isPresent()) {
          close(client);
          close(behind);
          open.remove(this);
        } else {
          leave(from);
        }
      } catch (IOException _) {
        if (isFrozen(this)) {
          leave(from);
        } else {
          reset();
        }
      }
    }

    private void pass(byte[] piece, int length, Socket to) throws IOException {
      Optional<Weather> now = awaitPassage(this);
      if (now.isPresent()) {
        suffer(now.get());
        if (awaitPassage(this).isPresent()) {
          to.getOutputStream().write(piece, 0, length);
        }
      }
    }

    /// One end of a frozen connection has gone; the other is not told.
    private void leave(Socket from) {
      close(from);
      if (isLast(this)) {
        open.remove(this);
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
