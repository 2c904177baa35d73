package io.sluice.perf.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A run that is told to end in the middle.
@Tag("full")
final class StressInterruptedTest {
  private static final Duration LONGEST = Duration.ofMinutes(2);

  @TempDir private Path root;

  @Test
  @Timeout(240)
  void aRunThatIsInterruptedSaysSoInALineAndLeavesNoProcessAndNoData() throws Exception {
    try (RunningStress run = RunningStress.start(root, "slow-consumers", "--scale", "0.05")) {
      await()
          .atMost(LONGEST)
          .until(() -> !run.isAlive() || run.err().contains("Simulation io.sluice"));
      await()
          .atMost(LONGEST)
          .until(() -> !run.isAlive() || run.err().contains("connect and subscribe"));
      assertThat(run.isAlive()).as(run.err()).isTrue();
      List<ProcessHandle> children = run.children();
      assertThat(children).as("shells, 'up', two nodes, Redis, a swarm").hasSizeGreaterThan(5);

      run.terminate();

      RunningStress.Done done = run.await();
      assertThat(done.code()).isEqualTo(143);
      assertThat(done.err()).endsWith("interrupted\n").doesNotContain("\tat ", "Exception");
      await()
          .atMost(LONGEST)
          .untilAsserted(() -> assertThat(children).noneMatch(ProcessHandle::isAlive));
      assertThat(run.left()).isEmpty();
    }
  }

  @Test
  @Timeout(240)
  void soDoesOneThatIsStillStarting() throws Exception {
    try (RunningStress run = RunningStress.start(root, "baseline", "--scale", "0.02")) {
      await().atMost(LONGEST).until(() -> !run.isAlive() || run.children().size() > 2);
      assertThat(run.isAlive()).as(run.err()).isTrue();
      List<ProcessHandle> children = run.children();

      run.terminate();

      RunningStress.Done done = run.await();
      assertThat(done.err()).endsWith("interrupted\n").doesNotContain("\tat ", "Exception");
      await()
          .atMost(LONGEST)
          .untilAsserted(() -> assertThat(children).noneMatch(ProcessHandle::isAlive));
      assertThat(run.left()).isEmpty();
    }
  }
}
