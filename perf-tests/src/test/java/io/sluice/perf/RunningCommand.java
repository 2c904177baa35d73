package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// A process of a test. What it prints goes to files below `target/e2e`, whose ends are part of
/// every message about it. Killed at the end.
final class RunningCommand implements AutoCloseable {
  private static final Path OUTPUT = Path.of("target", "e2e").toAbsolutePath();
  private static final int SHOWN = 30;

  private final String name;
  private final Process process;
  private final Path out;
  private final Path err;

  private RunningCommand(String name, Process process, Path out, Path err) {
    this.name = name;
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /// @param name of its output files, such as `TwoNodesTest/up`
  /// @param environment over that of this process
  static RunningCommand start(String name, Map<String, String> environment, List<String> command)
      throws IOException {
    Path out = output(name + ".out");
    Path err = output(name + ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(Sluice.ROOT.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return new RunningCommand(name, process, out, err);
  }

  /// A place below `target/e2e`, in a folder that exists.
  static Path output(String name) throws IOException {
    Path path = OUTPUT.resolve(name);
    Files.createDirectories(path.resolveSibling(""));
    return path;
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /// The whole lines of stdout so far.
  List<String> out() {
    return lines(out);
  }

  /// The whole lines of stderr so far.
  List<String> err() {
    return lines(err);
  }

  /// Waits for a line of stdout.
  String awaitOut(Duration limit, Predicate<String> wanted) {
    return await(out, limit, wanted);
  }

  /// Waits for a line of stderr.
  String awaitErr(Duration limit, Predicate<String> wanted) {
    return await(err, limit, wanted);
  }

  /// Waits for the end.
  ///
  /// @return the exit code
  int awaitExit(Duration limit) throws InterruptedException {
    assertThat(process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS))
        .as("%s ends within %s; %s", name, limit, this)
        .isTrue();
    return process.exitValue();
  }

  /// Kills it and what it has started, which nobody would find once it is gone.
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /// The end of what it printed.
  @Override
  public String toString() {
    return "%s (%s)%nstdout:%n%s%nstderr:%n%s"
        .formatted(
            name,
            process.isAlive() ? "running" : "exit code " + process.exitValue(),
            tail(out),
            tail(err));
  }

  /// The end of a file.
  static String tail(Path file) {
    List<String> lines = lines(file);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN), lines.size()));
  }

  private String await(Path file, Duration limit, Predicate<String> wanted) {
    Eventually.so(
        limit, () -> !process.isAlive() || lines(file).stream().anyMatch(wanted), this::toString);
    return lines(file).stream()
        .filter(wanted)
        .findFirst()
        .orElseThrow(() -> new AssertionError("ended without printing it: " + this));
  }

  private static List<String> lines(Path file) {
    try {
      String text = Files.readString(file);
      return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
