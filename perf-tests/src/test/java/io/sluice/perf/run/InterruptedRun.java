package io.sluice.perf.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A command of this module in a JVM of its own, with a root and a temporary folder of its own,
/// which is told to end in the middle. Killed at the end, with what it has started.
public final class InterruptedRun implements AutoCloseable {
  private final Path temporary;
  private final Process process;
  private final BufferedReader said;

  /// Starts it.
  ///
  /// @param root takes the place of the checkout for what it writes
  /// @param arguments as typed after the command
  public InterruptedRun(Path root, Class<?> main, String... arguments) throws IOException {
    temporary = Files.createDirectories(root.resolve("tmp"));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary,
                "-Dcli.root=" + root,
                "-Dcli.node-flags=--enable-native-access=ALL-UNNAMED -XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=io/sluice/perf/quiet-logback.xml",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
    command.addAll(List.of(arguments));
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    said = process.inputReader(StandardCharsets.UTF_8);
  }

  /// Reads what it says until a line has this.
  public void awaitLine(String wanted) throws IOException {
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      System.out.println(line);
      if (line.contains(wanted)) {
        return;
      }
    }
    throw new AssertionError("the run ended before it said '" + wanted + "'");
  }

  /// What it has started, and that has.
  public List<ProcessHandle> children() {
    return process.descendants().toList();
  }

  /// Tells it to end (SIGTERM).
  ///
  /// @return what it still says
  public List<String> terminate() {
    process.toHandle().destroy(); // Process.destroy would close what it says, too
    return said.lines().toList();
  }

  /// The process, for its end and its exit code.
  public Process process() {
    return process;
  }

  /// Its temporary files whose names begin like this.
  public List<Path> left(String prefix) throws IOException {
    return named(temporary, prefix);
  }

  /// Files and folders below a folder whose names begin like this.
  public static List<Path> named(Path below, String prefix) throws IOException {
    try (Stream<Path> all = Files.walk(below)) {
      return all.filter(it -> it.getFileName().toString().startsWith(prefix)).toList();
    }
  }

  @Override
  public void close() throws IOException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    said.close();
  }
}
