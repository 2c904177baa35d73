package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// A real process, whose loop hangs, and one that is stopped and goes on.
final class ExitTest {
  private static Process process() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            HangingMain.class.getName())
        .redirectErrorStream(true)
        .start();
  }

  private static void signal(String name, Process to) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(to.pid())).start().waitFor())
        .isZero();
  }

  @Test
  void aProcessThatWasStoppedGoesOnAndOneThatHangsEndsWith70() throws Exception {
    Process process = process();
    try (BufferedReader out = process.inputReader()) {
      assertThat(out.lines().anyMatch("turns"::equals)).isTrue();
      Duration longerThanAllowed = HangingMain.EXIT_AFTER.multipliedBy(2);
      signal("STOP", process);
      assertThat(process.waitFor(longerThanAllowed)).isFalse();
      signal("CONT", process);
      assertThat(process.waitFor(HangingMain.EXIT_AFTER.plus(HangingMain.STALL)))
          .as("it was stopped, nothing hung")
          .isFalse();
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(70);
      List<String> rest = out.lines().toList();
      assertThat(rest).contains("hangs", "last words");
      assertThat(rest)
          .anyMatch(line -> line.contains("this process did not run, or hardly pausedMs="))
          .anyMatch(line -> line.contains("a thread hangs thread=sluice-loop-"))
          .anyMatch(line -> line.contains("\"sluice-loop-") && line.contains("WAITING"))
          .anyMatch(line -> line.contains("HangingMain.hang"));
    } finally {
      process.destroyForcibly();
    }
  }
}
