package io.sluice.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/// Ports nobody listens on. Never gives out the same port twice in one process.
///
/// Ports come from 20000 to 29999, below the range the system takes for outgoing connections, so
/// that a server which is stopped for a while finds its port free when it comes back. Any thread.
public final class FreePorts {
  static final String LOOPBACK = "127.0.0.1";

  private static final int FIRST = 20_000;
  private static final int COUNT = 10_000;
  private static final int BACKLOG = 1;

  // Processes that run side by side begin at different places: 7919 is prime, so neighbouring
  // process ids land far from one another.
  private static final int START = (int) (ProcessHandle.current().pid() * 7919 % COUNT);
  private static final AtomicInteger TAKEN = new AtomicInteger();

  private FreePorts() {}

  /// The next port that is free on loopback.
  ///
  /// @throws EmbeddedStartException when all 10,000 have been tried
  public static int next() {
    for (int i = TAKEN.getAndIncrement(); i < COUNT; i = TAKEN.getAndIncrement()) {
      int port = FIRST + (START + i) % COUNT;
      if (isFree(port)) {
        return port;
      }
    }
    throw new EmbeddedStartException(
        "no free port left between " + FIRST + " and " + (FIRST + COUNT - 1));
  }

  /// Whether a server could listen on this loopback port now.
  public static boolean isFree(int port) {
    try (var _ = new ServerSocket(port, BACKLOG, InetAddress.ofLiteral(LOOPBACK))) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /// @throws PortTakenException when somebody listens on it
  static void require(int port, String neededBy) {
    if (!isFree(port)) {
      throw new PortTakenException(port, neededBy);
    }
  }

  static int checked(int port) {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("a port is 1 to 65535: " + port);
    }
    return port;
  }
}
