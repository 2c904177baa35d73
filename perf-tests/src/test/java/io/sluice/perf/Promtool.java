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
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private Promtool() {}

  /// Runs the tool in the root of this checkout and expects that it finds nothing wrong.
  ///
  /// @param name of its output files, see [RunningCommand#start]
  static void passes(String name, List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(executable("promtool")));
    command.addAll(arguments);
    try (RunningCommand promtool = RunningCommand.start(name, Map.of(), command)) {
      assertThat(promtool.awaitExit(LIMIT)).as(promtool::toString).isZero();
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
