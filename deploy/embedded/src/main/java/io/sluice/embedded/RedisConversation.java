package io.sluice.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// What is said to a Redis server while servers are put together; everything else goes through a
/// real client.
final class RedisConversation {
  private static final int PATIENCE_MS = 2_000;
  private static final int LOOK_AGAIN_MS = 20;

  private RedisConversation() {}

  /// Asks on a connection of its own.
  ///
  /// @param command words without spaces
  /// @return what was answered, an array as its elements
  /// @throws EmbeddedStartException when it is an error, or none comes
  static List<String> ask(int port, String... command) {
    try (Socket socket = new Socket(InetAddress.ofLiteral(FreePorts.LOOPBACK), port)) {
      socket.setSoTimeout(PATIENCE_MS);
      String line = String.join(" ", command) + "\r\n";
      socket.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
      List<String> answer = new ArrayList<>();
      read(
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)),
          answer);
      return answer;
    } catch (IOException e) {
      throw new EmbeddedStartException(
          "Redis on port " + port + " did not answer " + command[0] + ": " + e, e);
    }
  }

  /// One value of the protocol, which begins with its kind.
  private static void read(BufferedReader in, List<String> into) throws IOException {
    String head = in.readLine();
    if (head == null || head.startsWith("-")) {
      throw new IOException("answered '" + head + "'");
    }
    String rest = head.substring(1);
    switch (head.charAt(0)) {
      case '$' -> into.add(text(in, Integer.parseInt(rest)));
      case '*' -> {
        for (int left = Integer.parseInt(rest); left > 0; left--) {
          read(in, into);
        }
      }
      default -> into.add(rest);
    }
  }

  private static String text(BufferedReader in, int length) throws IOException {
    StringBuilder all = new StringBuilder();
    while (all.length() < length) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("ended in a text");
      }
      all.append((char) next);
    }
    if (length >= 0) {
      in.readLine();
    }
    return all.toString();
  }

  /// Waits until servers agree.
  ///
  /// @throws EmbeddedStartException when they do not in time
  static void await(String what, Duration patience, BooleanSupplier reached) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!reached.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new EmbeddedStartException(what + " took longer than " + patience);
      }
      try {
        Thread.sleep(LOOK_AGAIN_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new EmbeddedStartException("interrupted while " + what, e);
      }
    }
  }
}
