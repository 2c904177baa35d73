package io.sluice.perf.swarm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// A worker process: orders come on standard input, answers go to standard output, and the process
/// ends with its input. Not for people.
public final class SwarmMain {
  private SwarmMain() {}

  /// Works until standard input ends.
  ///
  /// @param arguments none
  public static void main(String[] arguments) throws IOException {
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try (Worker worker = new Worker();
        BufferedReader orders =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = orders.readLine(); line != null; line = orders.readLine()) {
        answers.println(worker.carryOut(Order.read(line)).join().write());
      }
    }
    System.exit(0); // sockets that are still open are nobody's any more
  }
}
