package io.sluice.standalone;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A process with the log of a node, into which it says so many lines; then it ends.
final class LoudMain {
  private LoudMain() {}

  public static void main(String[] arguments) {
    Logs.toStderr();
    Logger log = LoggerFactory.getLogger(LoudMain.class);
    int lines = Integer.parseInt(arguments[0]);
    for (int i = 1; i <= lines; i++) {
      log.info("a line number={} of={}", i, lines);
    }
    System.out.println("done");
    System.exit(0);
  }
}
