package io.sluice.perf.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The build that nodes may run beside this one: that of the commit in `previous-build.txt`.
final class PreviousBuild {
  private static final Duration BUILDING = Duration.ofMinutes(8);

  private PreviousBuild() {}

  /// Builds it.
  ///
  /// @param folder to build in
  /// @return its class path
  static String classPath(Path folder) throws IOException, InterruptedException {
    Path root = Path.of(System.getProperty("sluice.root", "..")).toAbsolutePath().normalize();
    String commit = Files.readString(root.resolve("perf-tests/previous-build.txt")).strip();
    Path archive = folder.resolve("previous.tar");
    run(root, folder, List.of("git", "archive", "--output=" + archive, commit));
    run(folder, folder, List.of("tar", "-xf", archive.toString()));
    run(folder, folder, List.of("./sluice", "--help"));
    try (Stream<Path> all = Files.walk(folder.resolve(".sluice/app"))) {
      return all.filter(file -> file.endsWith("bench.jar")).findFirst().orElseThrow().toString();
    }
  }

  private static void run(Path where, Path logs, List<String> command)
      throws IOException, InterruptedException {
    Path log = logs.resolve("previous-build.log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(where.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    try {
      if (!process.waitFor(BUILDING.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(
            "%s failed: %s".formatted(command, Files.readString(log, StandardCharsets.UTF_8)));
      }
    } finally {
      process.destroyForcibly();
    }
  }
}
