package io.sluice.perf.bench;

import io.sluice.perf.run.Interruption;
import io.sluice.perf.run.ScriptCommand;
import java.io.PrintStream;

/// `./sluice bench`. Called by the script `sluice`. Told to end, it tells what it has found so far.
public final class BenchMain {
  private BenchMain() {}

  /// Runs and exits: 0 done, 1 something was wrong, 2 asked for wrongly.
  ///
  /// @param arguments flags
  public static void main(String[] arguments) {
    int code;
    try (Interruption _ = new Interruption()) {
      code = run(ScriptCommand.out(), System.err, arguments);
    }
    System.exit(code);
  }

  static int run(PrintStream out, PrintStream err, String... arguments) {
    return ScriptCommand.run("bench", new BenchCommand(out, err, arguments), out, err, arguments);
  }
}
