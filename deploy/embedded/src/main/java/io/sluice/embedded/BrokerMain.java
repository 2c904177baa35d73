package io.sluice.embedded;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;

/// One broker of a [ClusterPlan], until standard input ends. Prints `started` when it takes
/// requests, which needs two of the three. Not for people.
public final class BrokerMain {
  private BrokerMain() {}

  /// Runs it.
  ///
  /// @param arguments the plan's file, the folder that data lies in, and the broker's number from 1
  public static void main(String[] arguments) throws IOException {
    KafkaNode broker =
        ClusterPlan.read(Path.of(arguments[0]))
            .broker(Integer.parseInt(arguments[2]), Path.of(arguments[1]));
    broker.start();
    System.out.println("started");
    try {
      System.in.skipNBytes(Long.MAX_VALUE);
    } catch (EOFException _) {
      broker.stop();
      System.exit(0);
    }
  }
}
