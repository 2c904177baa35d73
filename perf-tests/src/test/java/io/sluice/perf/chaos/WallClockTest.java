package io.sluice.perf.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.perf.run.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Needs a C compiler, which the full run installs or asks for.
@Tag("full")
@EnabledOnOs(OS.LINUX)
@Timeout(60)
final class WallClockTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration AHEAD = Duration.ofMinutes(10);

  @TempDir Path folder;

  /// Says for each line that it reads how far its clock is, and how long a wait of 100 ms took.
  static final class TellsTime {
    private TellsTime() {}

    public static void main(String[] args) throws Exception {
      while (System.in.read() >= 0) {
        long began = System.nanoTime();
        Thread.sleep(100);
        long waited = System.nanoTime() - began;
        System.out.println(System.currentTimeMillis() + " " + waited);
      }
    }
  }

  @Test
  void theClockOfAProcessIsSetWhileItRunsAndItWaitsAsBefore() throws Exception {
    assertThat(WallClock.isThere()).as("a C compiler").isTrue();
    WallClock clock = new WallClock(folder.resolve("clock"));
    try (ChildProcess process =
        ChildProcess.java(
            "tells-time",
            List.of("-XX:-UsePerfData"),
            System.getProperty("java.class.path"),
            TellsTime.class.getName(),
            List.of(),
            clock.environment())) {
      assertThat(ahead(process)).isBetween(Duration.ofSeconds(-5), Duration.ofSeconds(5));
      clock.set(AHEAD);
      assertThat(ahead(process)).isBetween(AHEAD.minusSeconds(5), AHEAD.plusSeconds(5));
      clock.set(AHEAD.negated());
      assertThat(ahead(process))
          .isBetween(AHEAD.negated().minusSeconds(5), AHEAD.negated().plusSeconds(5));
    }
  }

  private static Duration ahead(ChildProcess process) throws IOException {
    process.say("");
    String[] told = process.line(LIMIT).split(" ", 2);
    Duration waited = Duration.ofNanos(Long.parseLong(told[1]));
    assertThat(waited).isBetween(Duration.ofMillis(100), Duration.ofSeconds(5));
    return Duration.ofMillis(Long.parseLong(told[0]) - System.currentTimeMillis());
  }
}
