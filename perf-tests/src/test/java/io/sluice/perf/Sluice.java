package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// The command line as people run it: `./sluice` in the root of this checkout. As an extension it
/// builds what the script would build, so that no test's time limit pays for that.
final class Sluice implements BeforeAllCallback {
  static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("sluice.root")));

  private static final Duration BUILDING = Duration.ofMinutes(10);
  private static final Duration ANSWERING = Duration.ofSeconds(30);

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    try (RunningCommand help = start("build", Map.of(), "--help")) {
      assertThat(help.awaitExit(BUILDING)).as(help::toString).isZero();
    }
  }

  /// Starts a command.
  ///
  /// @param name see [RunningCommand#start]
  static RunningCommand start(String name, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("./sluice"));
    command.addAll(List.of(arguments));
    return RunningCommand.start(name, environment, command);
  }

  /// Runs a command that answers and ends well.
  ///
  /// @return its stdout
  static List<String> run(String name, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    try (RunningCommand command = start(name, environment, arguments)) {
      assertThat(command.awaitExit(ANSWERING)).as(command::toString).isZero();
      return command.out();
    }
  }
}
