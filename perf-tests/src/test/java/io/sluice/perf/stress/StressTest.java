package io.sluice.perf.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.perf.run.ChildProcess;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole of it, small: real Gatling, real nodes, real Kafka and Redis.
@Tag("full")
final class StressTest {
  private static final Duration LONGEST = Duration.ofMinutes(4);

  @TempDir Path root;

  /// What it prints, the last line last.
  private List<String> stress(String... arguments) throws Exception {
    List<String> flags =
        List.of(
            "-Xmx512m",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dcli.root=" + root,
            "-Dcli.node-flags=-Xmx1g --enable-native-access=ALL-UNNAMED");
    try (ChildProcess child =
        ChildProcess.java(
            "stress",
            flags,
            System.getProperty("java.class.path"),
            StressMain.class.getName(),
            List.of(arguments),
            Map.of())) {
      List<String> lines = new ArrayList<>();
      do {
        lines.add(child.line(LONGEST));
      } while (!lines.getLast().contains(": all goals reached")
          && !lines.getLast().contains(": missed"));
      return lines;
    }
  }

  @Test
  void everyGoalHasAVerdictAndOneThatCannotBeReachedIsNamedLast() throws Exception {
    List<String> lines =
        stress(
            "baseline",
            "--scale",
            "0.02",
            "--goal",
            "delivery-p99=0ms",
            "--goal",
            "connect-p99=60s",
            "--goal",
            "server-cpu=1000%");

    assertThat(lines).anyMatch(line -> line.startsWith("MISSED   delivery-p99 <= 0ms: "));
    assertThat(lines).contains("reached  lost <= 0: 0", "reached  error-rate <= 0%: 0%");
    assertThat(lines.getLast()).matches("baseline: missed delivery-p99 <= 0ms: \\d+ms");
    Path page = Path.of(lines.get(lines.size() - 3));
    assertThat(Files.readString(page)).contains("Kafka, records written", "Gatling");
    assertThat(Files.readString(Path.of(lines.get(lines.size() - 2))))
        .contains("\"delivery-p99\"", "\"Redis, commands\"");
  }

  @Test
  void whenANodeIsKilledNothingIsLost() throws Exception {
    List<String> lines =
        stress(
            "node-loss",
            "--scale",
            "0.04",
            "--goal",
            "server-cpu=1000%",
            "--goal",
            "connect-p99=60s");

    assertThat(lines).contains("reached  lost <= 0: 0", "reached  recovered >= 100%: 100%");
  }

  @Test
  void aSecretThatIsNotTheNodesIsToldInWords() throws Exception {
    try (OwnStack stack = OwnStack.start()) {
      StressTarget right = stack.target();
      URI edge = right.edges().getFirst();
      FirstUser.demandLetIn(edge, "stress-probe", right);
      StressTarget wrong =
          new StressTarget(
              right.edges(), right.apis(), right.key(), "x".repeat(40), right.kafka(), "");
      assertThatThrownBy(() -> FirstUser.demandLetIn(edge, "stress-probe", wrong))
          .hasMessageStartingWith(edge + " does not let users in: close 3500 ");
      assertThatThrownBy(() -> FirstUser.demandLetIn(edge, "unknown:stress-probe", right))
          .hasMessageContaining("\"code\":102");
    }
  }
}
