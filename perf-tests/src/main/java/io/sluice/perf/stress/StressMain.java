package io.sluice.perf.stress;

import io.sluice.perf.run.Interruption;
import io.sluice.perf.run.ScriptCommand;
import java.io.PrintStream;

/// `./sluice stress`. Called by the script `sluice`.
public final class StressMain {
  private StressMain() {}

  /// Runs and exits: 0 all goals were reached, 1 one was missed, or the run failed, 2 asked for
  /// wrongly.
  ///
  /// @param arguments flags
  public static void main(String[] arguments) {
    PrintStream out = ScriptCommand.out();
    int code;
    try (Interruption _ = new Interruption()) {
      code =
          ScriptCommand.run(
              "stress", new StressCommand(out, System.err), out, System.err, arguments);
    }
    System.exit(code);
  }
}
