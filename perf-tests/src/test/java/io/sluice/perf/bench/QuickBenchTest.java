package io.sluice.perf.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The command itself, as people run it.
@Tag("full")
final class QuickBenchTest {
  private static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("sluice.root")));

  @TempDir Path folder;

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void theQuickRunEndsAndNamesWhatItWrote() throws Exception {
    run("--help"); // builds what is to be built
    long start = System.nanoTime();
    List<String> lines = run("bench", "--quick");
    Duration took = Duration.ofNanos(System.nanoTime() - start);

    // by itself under three minutes; here another JVM runs its tests on the same cores
    System.out.println("./sluice bench --quick took " + took.toSeconds() + " s");
    Path page = Path.of(lines.get(lines.size() - 2));
    Path file = Path.of(lines.getLast());
    assertThat(page).isRegularFile().hasFileName("index.html");
    assertThat(file).isRegularFile().hasFileName("results.json");
    assertThat(lines).anyMatch(line -> line.contains("saturated fan-out"));
  }

  private List<String> run(String... arguments) throws IOException, InterruptedException {
    var command = new java.util.ArrayList<>(List.of("./sluice"));
    command.addAll(List.of(arguments));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process =
        new ProcessBuilder(command)
            .directory(ROOT.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    assertThat(process.waitFor(14, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(() -> read(err)).isZero();
    return Files.readAllLines(out);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
