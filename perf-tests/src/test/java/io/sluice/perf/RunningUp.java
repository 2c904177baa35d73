package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.embedded.FreePorts;
import io.sluice.standalone.run.RunFile;
import io.sluice.standalone.run.RunFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A `./sluice up` that has said it is ready. Each test class has run files of its own, so it finds
/// no other `up` of this machine.
final class RunningUp implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RunningUp.class);

  /// From a built tree it takes under 20 s where nothing else runs; machines differ.
  private static final Duration READY = Duration.ofSeconds(60);

  /// What `up` promises.
  private static final Duration ENDING = Duration.ofSeconds(10);

  private static final Pattern NODE =
      Pattern.compile(
          "ready node=([\\w-]+) edge=(ws://127\\.0\\.0\\.1:\\d+/connection/websocket)"
              + " api=(http://127\\.0\\.0\\.1:\\d+)");
  private static final Pattern TOKEN = Pattern.compile("token=([A-Za-z0-9_.-]+)");
  private static final Pattern API_KEY = Pattern.compile("api-key=([A-Za-z0-9_.-]+)");

  private final String test;
  private final RunningCommand command;
  private final List<String> lines;
  private final List<Node> nodes;
  private final Path logs;
  private int commands;

  /// One node, as its line says.
  record Node(String id, URI edge, URI api) {}

  private RunningUp(String test, RunningCommand command, int nodes) throws IOException {
    this.test = test;
    this.command = command;
    this.lines = command.out();
    this.nodes =
        lines.subList(0, nodes).stream()
            .map(line -> matched(NODE, line))
            .map(it -> new Node(it.group(1), URI.create(it.group(2)), URI.create(it.group(3))))
            .toList();
    this.logs = runFile().data().resolve("logs");
  }

  /// Where the nodes of an `up` listen.
  record Ports(int edge, int api) {
    /// Free ones for this many nodes.
    static Ports free(int nodes) {
      return new Ports(row(nodes), row(nodes));
    }

    private static int row(int length) {
      while (true) {
        int first = FreePorts.next();
        int[] row =
            IntStream.range(0, length).map(i -> i == 0 ? first : FreePorts.next()).toArray();
        if (row[length - 1] == first + length - 1) {
          return first;
        }
      }
    }
  }

  /// Starts it and waits until it is ready.
  ///
  /// @param test whose run files and output these are
  /// @param flags further ones
  static RunningUp start(String test, Ports ports, int nodes, String... flags) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("up", "--edge-port=" + ports.edge(), "--api-port=" + ports.api()));
    if (nodes > 1) {
      arguments.addAll(List.of("--nodes", Integer.toString(nodes)));
    }
    arguments.addAll(List.of(flags));
    long started = System.nanoTime();
    RunningCommand command =
        Sluice.start(test + "/up", environment(test), arguments.toArray(String[]::new));
    try {
      command.awaitOut(READY, line -> line.contains(" publish "));
      log.info("ready after {} ms", Duration.ofNanos(System.nanoTime() - started).toMillis());
      return new RunningUp(test, command, nodes);
    } catch (AssertionError | RuntimeException e) {
      command.close();
      throw e;
    }
  }

  /// What makes commands find this `up` and no other.
  private static Map<String, String> environment(String test) throws IOException {
    return Map.of("XDG_STATE_HOME", RunningCommand.output(test + "/state").toString());
  }

  /// What makes other commands find this `up` and no other.
  Map<String, String> environment() throws IOException {
    return environment(test);
  }

  List<Node> nodes() {
    return nodes;
  }

  Node node() {
    return nodes.getFirst();
  }

  String token() {
    return matched(TOKEN, lines.get(nodes.size())).group(1);
  }

  String apiKey() {
    return matched(API_KEY, lines.get(nodes.size() + 1)).group(1);
  }

  /// The two commands to try next, and anything else that was printed.
  List<String> rest() {
    return lines.subList(nodes.size() + 2, lines.size());
  }

  RunFile runFile() throws IOException {
    return new RunFiles(RunningCommand.output(test + "/state/sluice")).live().getFirst();
  }

  /// Runs a command that finds this `up` by itself.
  List<String> sluice(String... arguments) throws IOException, InterruptedException {
    return Sluice.run(
        "%s/%s-%d".formatted(test, arguments[0], ++commands), environment(test), arguments);
  }

  /// Starts a command that finds this `up` by itself.
  RunningCommand startSluice(String... arguments) throws IOException {
    return Sluice.start(
        "%s/%s-%d".formatted(test, arguments[0], ++commands), environment(test), arguments);
  }

  /// Ends it as Ctrl-C and service managers do, and holds it to what it promises.
  void stop() throws IOException, InterruptedException {
    keepLogs();
    List<ProcessHandle> children = children();
    long asked = System.nanoTime();
    command.handle().destroy();
    command.awaitExit(ENDING);
    Duration took = Duration.ofNanos(System.nanoTime() - asked);
    log.info("ended after {} ms", took.toMillis());
    awaitEnd(children, ENDING.minus(took));
  }

  /// Kills it. What it has started must end by itself.
  void kill() throws IOException, InterruptedException {
    keepLogs();
    List<ProcessHandle> children = children();
    assertThat(children).as("children of up").hasSizeGreaterThan(nodes.size());
    command.handle().destroyForcibly();
    command.awaitExit(ENDING);
    awaitEnd(children, ENDING);
  }

  private void awaitEnd(List<ProcessHandle> children, Duration limit) {
    Eventually.so(
        limit,
        () -> children.stream().noneMatch(ProcessHandle::isAlive),
        () -> "all its children end; " + this);
  }

  /// Kills one node.
  ///
  /// @param node from 0
  void killNode(int node) throws IOException {
    long pid = runFile().nodes().get(node).pid();
    assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
  }

  private List<ProcessHandle> children() {
    return command.handle().descendants().toList();
  }

  /// Kills what is left.
  @Override
  public void close() throws IOException {
    keepLogs();
    children().forEach(ProcessHandle::destroyForcibly);
    command.close();
  }

  /// A temporary data directory goes with its `up`.
  private void keepLogs() throws IOException {
    for (Path file : logFiles()) {
      Path kept = RunningCommand.output(test + "/" + file.getFileName());
      Files.copy(file, kept, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private List<Path> logFiles() throws IOException {
    if (!Files.isDirectory(logs)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(logs)) {
      return files.toList();
    }
  }

  /// What it and its nodes printed last.
  @Override
  public String toString() {
    try {
      return logFiles().stream()
          .map(file -> "%n%s:%n%s".formatted(file.getFileName(), RunningCommand.tail(file)))
          .collect(Collectors.joining("", command.toString(), ""));
    } catch (IOException e) {
      return command + "\nno logs: " + e;
    }
  }

  private static Matcher matched(Pattern pattern, String line) {
    Matcher matcher = pattern.matcher(line);
    assertThat(matcher.matches()).as("'%s' is of the form %s", line, pattern).isTrue();
    return matcher;
  }
}
