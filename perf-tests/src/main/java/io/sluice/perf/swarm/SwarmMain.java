package io.sluice.perf.swarm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// A worker process: orders come on standard input, answers go to standard output, and the process
/// ends with its input, whatever it is doing. Not for people.
public final class SwarmMain {
  /// Orders come one at a time.
  private static final int AHEAD = 16;

  private SwarmMain() {}

  /// Works until standard input ends.
  ///
  /// @param arguments none
  public static void main(String[] arguments) throws IOException, InterruptedException {
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    BlockingQueue<String> orders = new ArrayBlockingQueue<>(AHEAD);
    Thread.ofPlatform().daemon().name("orders").start(() -> listen(orders));
    try (Worker worker = new Worker()) {
      while (true) {
        answers.println(worker.carryOut(Order.read(orders.take())).join().write());
      }
    }
  }

  private static void listen(BlockingQueue<String> orders) {
    try (BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        orders.put(line);
      }
    } catch (IOException _) {
      // a broken pipe is an end too
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    System.exit(0);
  }
}
