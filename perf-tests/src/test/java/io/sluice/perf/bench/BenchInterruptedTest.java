package io.sluice.perf.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
    Path temporary = Files.createDirectories(folder.resolve("tmp"));
    Process run =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary,
                "-Dcli.root=" + folder,
                "-Dcli.node-flags=--enable-native-access=ALL-UNNAMED -XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=io/sluice/perf/quiet-logback.xml",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                BenchMain.class.getName(),
                "--only",
                "connect rate",
                "--rounds",
                "3")
            .redirectErrorStream(true)
            .start();
    try (BufferedReader said = run.inputReader(StandardCharsets.UTF_8)) {
      awaitLine(said, "round 2 of 3, connect rate: Sluice");
      List<ProcessHandle> children = run.descendants().toList();
      assertThat(children).hasSizeGreaterThanOrEqualTo(4);

      run.toHandle().destroy(); // Process.destroy would close what it says, too

      List<String> last = said.lines().toList();
      assertThat(run.waitFor(ENDING.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(run.exitValue()).isEqualTo(143);
      assertThat(last).contains("WRONG: interrupted in round 2 of 3");
      assertThat(Path.of(last.getLast())).isRegularFile().hasFileName("results.json");
      await()
          .atMost(ENDING)
          .untilAsserted(() -> assertThat(children).noneMatch(ProcessHandle::isAlive));
    } finally {
      run.descendants().forEach(ProcessHandle::destroyForcibly);
      run.destroyForcibly();
    }
    assertThat(named(temporary, "sluice-")).isEmpty();
  }

  private static void awaitLine(BufferedReader said, String wanted) throws IOException {
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      System.out.println(line);
      if (line.contains(wanted)) {
        return;
      }
    }
    throw new AssertionError("the run ended before it said '" + wanted + "'");
  }

  private static List<Path> named(Path below, String prefix) throws IOException {
    try (Stream<Path> all = Files.walk(below)) {
      return all.filter(it -> it.getFileName().toString().startsWith(prefix)).toList();
    }
  }
}
