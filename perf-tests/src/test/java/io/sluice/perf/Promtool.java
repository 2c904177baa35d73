package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// Prometheus' own programs: the server, and the tool that checks what is written for it.
final class Promtool {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private Promtool() {}

  /// Runs the tool in the root of this checkout and expects that it finds nothing wrong.
  ///
  /// @param name of its output files, see [RunningCommand#start]
  static void passes(String name, List<String> arguments) throws IOException, InterruptedException {
    run(name, arguments, 0);
  }

  /// Runs it the same way and expects that it finds something wrong.
  ///
  /// @return its stdout
  static List<String> fails(String name, List<String> arguments)
      throws IOException, InterruptedException {
    return run(name, arguments, 1);
  }

  private static List<String> run(String name, List<String> arguments, int exitCode)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(executable("promtool")));
    command.addAll(arguments);
    try (RunningCommand promtool = RunningCommand.start(name, Map.of(), command)) {
      assertThat(promtool.awaitExit(LIMIT)).as(promtool::toString).isEqualTo(exitCode);
      return promtool.out();
    }
  }

  /// Where a program is; the environment's variable of its name may say so.
  static String executable(String program) {
    String named =
        Objects.requireNonNullElse(System.getenv(program.toUpperCase(Locale.ROOT)), program);
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    return Stream.concat(
            Stream.of(Path.of(named)),
            Stream.of(path.split(":", -1)).map(folder -> Path.of(folder, program)))
        .filter(file -> file.isAbsolute() && Files.isExecutable(file))
        .map(Path::toString)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + program + "; PROMETHEUS, PROMTOOL"));
  }
}
