package io.sluice.perf.chaos;

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
final class ChaosInterruptedTest {
  private static final Duration ENDING = Duration.ofSeconds(40);

  @TempDir private Path folder;

  @Test
  @Timeout(200)
  void aRunThatIsInterruptedSaysSoInALineAndLeavesNoProcessNotEvenAFrozenOneAndNoData()
      throws Exception {
    try (InterruptedRun run =
        new InterruptedRun(folder, ChaosMain.class, "--rounds", "1", "--faults", "node-stop")) {
      run.awaitLine("SIGSTOP node-");
      List<ProcessHandle> children = run.children();
      assertThat(children).hasSizeGreaterThanOrEqualTo(7);

      List<String> last = run.terminate();

      assertThat(run.process().waitFor(ENDING.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(run.process().exitValue()).isEqualTo(143);
      assertThat(last).containsExactly("interrupted");
      await()
          .atMost(ENDING)
          .untilAsserted(() -> assertThat(children).noneMatch(ProcessHandle::isAlive));
      assertThat(run.left("sluice-chaos-")).isEmpty();
    }
    assertThat(InterruptedRun.named(folder.resolve("perf-tests"), "timeline.txt")).hasSize(1);
  }
}
