package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// A measurement in a process of its own, whose objects are laid out as in a node's: what other
/// tests of a JVM have left behind, or still do, would be in it.
public final class OwnJvm {
  private OwnJvm() {}

  /// Runs a main method to its end.
  ///
  /// @return what it printed by [#tell], by name
  public static Map<String, Double> measured(Class<?> main) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader out = process.inputReader()) {
      List<String> lines = out.lines().toList();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(String.join("\n", lines)).isZero();
      return lines.stream()
          .filter(line -> line.startsWith("measured "))
          .map(line -> line.split(" ", 3))
          .collect(Collectors.toMap(words -> words[1], words -> Double.valueOf(words[2])));
    } finally {
      process.destroyForcibly();
    }
  }

  /// Tells a figure to whoever runs this.
  ///
  /// @param name without a space
  public static void tell(String name, double value) {
    System.out.println("measured " + name + " " + value);
  }

  /// Bytes on the heap that are alive.
  public static long live() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
