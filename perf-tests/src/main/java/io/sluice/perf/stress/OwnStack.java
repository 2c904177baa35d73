package io.sluice.perf.stress;

import io.sluice.embedded.FreePorts;
import io.sluice.perf.run.ChildProcess;
import io.sluice.perf.run.ProcessBound;
import io.sluice.perf.run.ScriptCommand;
import io.sluice.standalone.Main;
import io.sluice.standalone.run.RunFile;
import io.sluice.standalone.run.RunFiles;
import io.sluice.standalone.run.RunNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Two nodes, Kafka and Redis, as `./sluice up` starts them, in processes of their own. One thread.
final class OwnStack implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OwnStack.class);

  /// Of them.
  static final int NODES = 2;

  private static final Duration STARTING = Duration.ofMinutes(3);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);
  private static final String STATE = "XDG_STATE_HOME";
  private static final List<String> USUAL_FLAGS =
      List.of(
          "-Xmx1g",
          "-XX:+UseG1GC",
          "-XX:+UseCompactObjectHeaders",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private final Path folder;
  private final ChildProcess up;
  private final long pid;
  private final ProcessBound ending;
  private @Nullable RunFile run;

  private OwnStack(Path folder, ChildProcess up) throws IOException {
    this.folder = folder;
    this.up = up;
    ending = new ProcessBound(this::stop);
    this.pid = Long.parseLong(up.line(STARTING));
  }

  /// Returns when everything answers.
  ///
  /// @param settings environment variables of its nodes
  static OwnStack start(Map<String, String> settings) throws IOException {
    Path folder = Files.createTempDirectory("sluice-stress-");
    String state = folder.resolve("state").toString();
    int port = ports();
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    List<String> flags = ScriptCommand.nodeFlags();
    command.addAll(flags.isEmpty() ? USUAL_FLAGS : flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("up", "--nodes", Integer.toString(NODES)));
    command.addAll(List.of("--edge-port", Integer.toString(port)));
    command.addAll(List.of("--api-port", Integer.toString(port + NODES)));
    command.addAll(List.of("--data", folder.resolve("data").toString()));
    Map<String, String> environment = new HashMap<>(settings);
    environment.put(STATE, state);
    OwnStack stack = new OwnStack(folder, ChildProcess.program("up", command, environment));
    try {
      stack.awaitReady(RunFiles.ofUser(Map.of(STATE, state)));
      return stack;
    } catch (IOException | RuntimeException e) {
      stack.close();
      throw e;
    }
  }

  /// It writes a file when everything answers.
  private void awaitReady(RunFiles files) throws IOException {
    long end = System.nanoTime() + STARTING.toNanos();
    try {
      while (files.live().isEmpty()) {
        if (!up.isAlive()) {
          throw new IOException(up.failure("ended while it started"));
        }
        if (System.nanoTime() - end > 0) {
          throw new IOException(up.failure("is not ready after " + STARTING.toSeconds() + " s"));
        }
        TimeUnit.NANOSECONDS.sleep(BETWEEN_LOOKS.toNanos());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    run = files.live().getFirst();
  }

  private RunFile run() {
    RunFile known = run;
    if (known == null) {
      throw new IllegalStateException("it does not run yet");
    }
    return known;
  }

  /// The first of as many free ones in a row as the nodes need, two each.
  private static int ports() {
    int port = FreePorts.next();
    while (!IntStream.range(port, port + 2 * NODES).allMatch(FreePorts::isFree)) {
      port = FreePorts.next();
    }
    return port;
  }

  StressTarget target() {
    return new StressTarget(
        run().nodes().stream().map(node -> URI.create(node.edgeUrl())).toList(),
        run().nodes().stream().map(node -> URI.create(node.apiUrl())).toList(),
        run().apiKey(),
        run().secret(),
        run().kafka(),
        run().redis());
  }

  /// Kafka's topic of the namespace that has no name.
  String topic() {
    String topic = run().topics().get("default");
    if (topic == null) {
      throw new IllegalStateException("'up' has no namespace 'default'");
    }
    return topic;
  }

  /// The process of each node, in the target's order.
  List<Long> pids() {
    return run().nodes().stream().map(RunNode::pid).toList();
  }

  /// The process that has Kafka in it.
  long pid() {
    return pid;
  }

  /// Where its processes write what they have to say.
  Path logs() {
    return folder.resolve("data").resolve("logs");
  }

  /// `kill -9` of the last node.
  void killNode() {
    ProcessHandle.of(run().nodes().getLast().pid()).ifPresent(ProcessHandle::destroyForcibly);
  }

  /// SIGTERM, by which it ends the others; and nothing is left of it.
  private void stop() {
    up.close();
    delete(folder);
  }

  @Override
  public void close() {
    ending.close();
  }

  private static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("cannot delete {}", folder, e); // the run has its results all the same
    }
  }
}
