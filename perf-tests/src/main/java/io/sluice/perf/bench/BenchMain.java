package io.sluice.perf.bench;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;

/// `./sluice bench`. Called by the script `sluice`.
public final class BenchMain {
  private BenchMain() {}

  /// Runs and exits: 0 done, 1 something was wrong, 2 asked for wrongly.
  ///
  /// @param arguments flags
  public static void main(String[] arguments) {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.exit(run(out, System.err, arguments));
  }

  static int run(PrintStream out, PrintStream err, String... arguments) {
    CommandLine command = new CommandLine(new BenchCommand(out, err, arguments));
    command.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
    command.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help and exit.")
                .build());
    command.setCommandName(System.getProperty("cli.name", "./sluice") + " bench");
    command.setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF));
    command.setUsageHelpWidth(100);
    command.setCaseInsensitiveEnumValuesAllowed(true);
    command.setParameterExceptionHandler((problem, _) -> {
      err.println(problem.getMessage() + "; see " + command.getCommandName() + " --help");
      return 2;
    });
    command.setExecutionExceptionHandler((failure, _, _) -> {
      err.println("the benchmark failed:");
      failure.printStackTrace(err);
      return 1;
    });
    return command.execute(arguments);
  }
}
