package io.sluice.standalone.up;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A gateway node in a process of its own. Its standard input is a pipe that only we hold: when it
/// closes, however we end, the node ends too. Any thread.
final class NodeProcess {
  /// Clients are told at once, and may take 3 s to go; then everything is closed.
  static final Duration STOPPING = Duration.ofSeconds(6);

  private static final int LAST_LINES = 5;

  // Ctrl-C in a terminal reaches every process of the command. A node must not end by it: its
  // clients are told first, and Kafka goes last. An ignored signal stays ignored after exec.
  private static final String IGNORE_CTRL_C = "trap '' INT; exec \"$@\"";

  private final Process process;
  private final Path log;

  private NodeProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /// Starts a node; it is not ready yet.
  ///
  /// @param mainClass takes the path of the configuration
  /// @param log where everything goes that it prints
  static NodeProcess start(String mainClass, Path config, Path log) throws IOException {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", IGNORE_CTRL_C, "sluice-node"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ownFlags());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(mainClass, config.toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    var environment = builder.environment();
    NodeConfigFile.ownVariables(environment.keySet()).forEach(environment::remove);
    File output = log.toFile();
    return new NodeProcess(builder.redirectErrorStream(true).redirectOutput(output).start(), log);
  }

  /// A node runs with the flags of this JVM: heap, collector, and whatever the reader added.
  private static List<String> ownFlags() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> !flag.startsWith("-Dcli.") && !flag.startsWith("-agentlib:"))
        .toList();
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /// Completed with the exit code.
  CompletableFuture<Integer> ended() {
    return process.onExit().thenApply(Process::exitValue);
  }

  /// The end of what it printed, for a message about why it ended.
  String lastWords() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
  }

  /// Asks it to drain and end.
  void stop() {
    process.destroy();
  }

  /// Ends it at once.
  void kill() {
    process.destroyForcibly();
  }

  /// Kills it when it has not ended by then.
  void awaitEnd(Duration limit) throws InterruptedException {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly().waitFor(1, TimeUnit.SECONDS);
    }
  }
}
