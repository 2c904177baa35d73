package io.sluice.perf.chaos;

import io.sluice.perf.run.Interruption;
import io.sluice.perf.run.ScriptCommand;
import java.io.PrintStream;

/// `./sluice chaos`. Called by the script `sluice`.
public final class ChaosMain {
  private ChaosMain() {}

  /// Runs and exits: 0 nothing was lost, 1 something was, or the run failed, 2 asked for wrongly. A
  /// run that is interrupted leaves no process and no data behind.
  ///
  /// @param arguments flags
  public static void main(String[] arguments) {
    PrintStream out = ScriptCommand.out();
    int code;
    try (Interruption _ = new Interruption()) {
      code =
          ScriptCommand.run("chaos", new ChaosCommand(out, System.err), out, System.err, arguments);
    }
    System.exit(code);
  }
}
