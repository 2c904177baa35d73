package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// A measurement in a process of its own, whose objects are laid out as in a node's: what other
/// tests of a JVM have left behind, or still do, would be in it.
public final class OwnJvm {
  @SuppressWarnings("UnusedVariable") // it keeps them
  private static volatile List<Object> kept = List.of();

  private OwnJvm() {}

  /// Runs a main method to its end.
  ///
  /// @param what its argument: what it is to measure
  /// @return what it printed by [#tell], by name
  public static Map<String, Double> measured(Class<?> main, String what) throws Exception {
    Path out = Files.createTempFile("measured", ".txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                what)
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    try {
      boolean ended = process.waitFor(60, TimeUnit.SECONDS);
      List<String> lines = Files.readAllLines(out);
      assertThat(ended).as("ended; " + lines).isTrue();
      assertThat(process.exitValue()).as(String.join("\n", lines)).isZero();
      return lines.stream()
          .filter(line -> line.startsWith("measured "))
          .map(line -> line.split(" ", 3))
          .collect(Collectors.toMap(words -> words[1], words -> Double.valueOf(words[2])));
    } finally {
      process.destroyForcibly();
      Files.delete(out);
    }
  }

  /// Tells a figure to whoever runs this.
  ///
  /// @param name without a space
  public static void tell(String name, double value) {
    System.out.println("measured " + name + " " + value);
  }

  /// Bytes on the heap that are alive.
  ///
  /// @param these among them
  public static long live(Object... these) {
    kept = List.of(these); // and what was kept before no longer is
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
