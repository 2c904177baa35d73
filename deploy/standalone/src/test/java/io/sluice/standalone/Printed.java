package io.sluice.standalone;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// What a command printed and returned.
///
/// @param out lines of stdout
/// @param err lines of stderr
/// @param exitCode its exit code
record Printed(List<String> out, List<String> err, int exitCode) {
  /// Runs a command in this process.
  static Printed by(Map<String, String> environment, String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int exitCode =
        Main.run(
            new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment,
                "./sluice"),
            arguments);
    return new Printed(lines(out), lines(err), exitCode);
  }

  private static List<String> lines(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
