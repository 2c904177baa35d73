package io.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/// A process of a test, its output by lines. Killed at the end.
final class Child implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Process process;
  private final List<String> out = new CopyOnWriteArrayList<>();
  private final List<String> err = new CopyOnWriteArrayList<>();
  private final Thread outReader;
  private final Thread errReader;

  private Child(Process process) {
    this.process = process;
    outReader = reader(process.inputReader(StandardCharsets.UTF_8), out);
    errReader = reader(process.errorReader(StandardCharsets.UTF_8), err);
  }

  /// A class of this class path in a JVM of its own.
  static Child java(Class<?> main, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1100m", // this collector takes a survivor space of it for none
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(arguments));
    return run(environment, command);
  }

  static Child run(Map<String, String> environment, List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    return new Child(builder.start());
  }

  /// Waits for a line of stdout.
  String awaitOut(Predicate<String> wanted) {
    return await(out, wanted);
  }

  /// Waits for a line of stderr.
  String awaitErr(Predicate<String> wanted) {
    return await(err, wanted);
  }

  /// Waits for the end.
  ///
  /// @return the exit code
  int awaitExit(Duration limit) throws InterruptedException {
    assertThat(process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS))
        .as("ended within %s; stderr: %s", limit, err)
        .isTrue();
    outReader.join();
    errReader.join();
    return process.exitValue();
  }

  List<String> out() {
    return List.copyOf(out);
  }

  List<String> err() {
    return List.copyOf(err);
  }

  /// SIGTERM. Not through the process itself, which would stop listening to what it still says.
  void terminate() {
    process.toHandle().destroy();
  }

  Process process() {
    return process;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private String await(List<String> lines, Predicate<String> wanted) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> lines.stream().anyMatch(wanted) || !process.isAlive());
    return lines.stream()
        .filter(wanted)
        .findFirst()
        .orElseThrow(() -> new AssertionError("ended without it; out: " + out + " err: " + err));
  }

  private static Thread reader(BufferedReader from, List<String> to) {
    return Thread.ofVirtual()
        .start(() -> {
          try (from) {
            from.lines().forEach(to::add);
          } catch (UncheckedIOException | IOException _) {
            // The stream of a killed process.
          }
        });
  }
}
