package io.sluice.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;

/// A node of `up`: a gateway that also ends when its standard input does, that is, when its `up`
/// has ended in whatever way. Not for people.
public final class NodeMain {
  /// A node ends within 10 s of its `up`, drained or not.
  private static final Duration ENDING = Duration.ofSeconds(8);

  private NodeMain() {}

  /// Runs the node until it is told to end.
  ///
  /// @param arguments the path of the configuration
  public static void main(String[] arguments) throws InterruptedException {
    endWithParent();
    try {
      ForegroundNode.run(Path.of(arguments[0]));
    } catch (CommandFailure e) {
      System.err.println(e.getMessage());
      System.exit(e.exitCode());
    }
  }

  /// Makes this process end when its standard input does.
  static void endWithParent() {
    Thread.ofPlatform().daemon().name("parent-watch").start(() -> endWith(System.in));
  }

  private static void endWith(InputStream parent) {
    try {
      parent.skipNBytes(Long.MAX_VALUE);
    } catch (IOException _) {
      // End of input: the parent has gone. An error on the pipe means the same.
    }
    Thread.ofPlatform().daemon().name("deadline").start(NodeMain::halt);
    System.exit(0);
  }

  private static void halt() {
    try {
      Thread.sleep(ENDING);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(1);
  }
}
