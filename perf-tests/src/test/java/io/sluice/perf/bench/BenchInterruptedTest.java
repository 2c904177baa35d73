package io.sluice.perf.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.perf.run.InterruptedRun;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A run that is told to end in the middle.
@Tag("full")
final class BenchInterruptedTest {
  private static final Duration ENDING = Duration.ofSeconds(40);

  @TempDir private Path folder;

  @Test
  @Timeout(200)
  void aRunThatIsInterruptedTellsWhatItHasFoundAndLeavesNoProcessAndNoFiles() throws Exception {
    try (InterruptedRun run =
        new InterruptedRun(folder, BenchMain.class, "--only", "connect rate", "--rounds", "3")) {
      run.awaitLine("round 2 of 3, connect rate: Sluice");
      List<ProcessHandle> children = run.children();
      assertThat(children).hasSizeGreaterThanOrEqualTo(4);

      List<String> last = run.terminate();

      assertThat(run.process().waitFor(ENDING.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(run.process().exitValue()).isEqualTo(143);
      assertThat(last).contains("WRONG: interrupted in round 2 of 3");
      assertThat(Path.of(last.getLast())).isRegularFile().hasFileName("results.json");
      await()
          .atMost(ENDING)
          .untilAsserted(() -> assertThat(children).noneMatch(ProcessHandle::isAlive));
      assertThat(run.left("sluice-")).isEmpty();
    }
  }
}
