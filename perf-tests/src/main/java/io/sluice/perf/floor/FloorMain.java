package io.sluice.perf.floor;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// The floor as a process. Says on standard output where it listens, once it does: `ready edge=`
/// and the address of its WebSocket. Ends when standard input ends.
public final class FloorMain {
  private static final int MISUSE = 2;
  private static final String PER_WRITE = "--per-write";
  private static final String PORT = "--port";

  private FloorMain() {}

  /// Serves until standard input ends.
  ///
  /// @param args `--per-write N`, 1 when left out; `--port P`, 0 or left out: any that is free
  /// @throws IOException when the port cannot be had
  public static void main(String[] args) throws IOException {
    try (FloorServer server = open(options(args))) {
      System.out.println("ready edge=" + server.edge());
      var _ = System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.err.println("usage: [--per-write N] [--port P]");
      System.exit(MISUSE);
    }
  }

  private static FloorServer open(Map<String, Integer> options) throws IOException {
    int port = options.getOrDefault(PORT, 0);
    return FloorServer.open(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        options.getOrDefault(PER_WRITE, 1));
  }

  private static Map<String, Integer> options(String[] args) {
    Map<String, Integer> options = new HashMap<>();
    for (int i = 0; i < args.length; i += 2) {
      if (!Set.of(PER_WRITE, PORT).contains(args[i])) {
        throw new IllegalArgumentException("an unknown option: " + args[i]);
      }
      if (i + 1 == args.length) {
        throw new IllegalArgumentException(args[i] + " needs a number");
      }
      options.put(args[i], Integer.valueOf(args[i + 1]));
    }
    return options;
  }
}
