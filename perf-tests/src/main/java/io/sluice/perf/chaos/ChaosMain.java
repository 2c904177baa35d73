package io.sluice.perf.chaos;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;

/// `./sluice chaos`. Called by the script `sluice`.
public final class ChaosMain {
  private ChaosMain() {}

  /// Runs and exits: 0 nothing was lost, 1 something was, or the run failed, 2 asked for wrongly.
  ///
  /// @param arguments flags
  public static void main(String[] arguments) {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.exit(run(out, System.err, arguments));
  }

  static int run(PrintStream out, PrintStream err, String... arguments) {
    CommandLine command = new CommandLine(new ChaosCommand(out, err));
    command.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
    command.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help and exit.")
                .build());
    command.setCommandName(System.getProperty("cli.name", "./sluice") + " chaos");
    command.setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF));
    command.setUsageHelpWidth(100);
    command.setParameterExceptionHandler((problem, _) -> {
      err.println(problem.getMessage() + "; see " + command.getCommandName() + " --help");
      return 2;
    });
    command.setExecutionExceptionHandler((failure, _, _) -> {
      err.println("the run failed:");
      failure.printStackTrace(err);
      return 1;
    });
    return command.execute(arguments);
  }
}
