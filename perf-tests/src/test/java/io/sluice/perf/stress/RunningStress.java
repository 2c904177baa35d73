package io.sluice.perf.stress;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// `./sluice stress` in a process of its own, with a temporary folder of its own. One thread.
final class RunningStress implements AutoCloseable {
  private static final long LONGEST_S = 230;

  private final Process process;
  private final Path err;
  private final Path temporary;

  private RunningStress(Process process, Path err, Path temporary) {
    this.process = process;
    this.err = err;
    this.temporary = temporary;
  }

  /// What it printed to stdout, and its exit code.
  record Done(List<String> lines, int code, String err) {
    Done {
      lines = List.copyOf(lines);
    }
  }

  /// @param root below which it writes everything
  static RunningStress start(Path root, String... arguments) throws IOException {
    Path temporary = Files.createDirectories(root.resolve("tmp"));
    Path err = root.resolve("stress.err");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dlogback.configurationFile=io/sluice/perf/quiet-logback.xml",
                "-Djava.io.tmpdir=" + temporary,
                "-Dcli.root=" + root,
                "-Dcli.node-flags=-Xmx1g --enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                StressMain.class.getName()));
    command.addAll(List.of(arguments));
    return new RunningStress(
        new ProcessBuilder(command).redirectError(err.toFile()).start(), err, temporary);
  }

  /// Waits for its end.
  Done await() throws IOException, InterruptedException {
    List<String> lines = new ArrayList<>();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
      }
    }
    if (!process.waitFor(LONGEST_S, TimeUnit.SECONDS)) {
      throw new IOException("it does not end; it said " + err());
    }
    return new Done(lines, process.exitValue(), err());
  }

  /// What it said to stderr so far.
  String err() throws IOException {
    return Files.readString(err);
  }

  /// Tells it to end (SIGTERM).
  void terminate() {
    process.toHandle().destroy(); // Process.destroy would close what it says, too
  }

  /// What it has started, and what those have.
  List<ProcessHandle> children() {
    return process.descendants().toList();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /// Files and folders of Sluice in its temporary folder.
  List<String> left() throws IOException {
    try (Stream<Path> all = Files.list(temporary)) {
      return all.map(it -> it.getFileName().toString())
          .filter(name -> name.startsWith("sluice"))
          .toList();
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
