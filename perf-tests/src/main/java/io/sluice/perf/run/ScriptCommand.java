package io.sluice.perf.run;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;

/// A command that the script `sluice` starts in this module: how it is called, where what it writes
/// goes, and its exit codes: the command's own, 1 when it fails or is interrupted, 2 when it is
/// asked for wrongly.
public final class ScriptCommand {
  private static final DateTimeFormatter FOLDER =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  private ScriptCommand() {}

  /// Standard output in UTF-8.
  public static PrintStream out() {
    return new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
  }

  /// Runs it.
  ///
  /// @param name below `./sluice`
  /// @param out takes what was asked for
  /// @param err takes what is wrong
  /// @return the exit code
  public static int run(
      String name,
      Callable<Integer> called,
      PrintStream out,
      PrintStream err,
      String... arguments) {
    CommandLine command = new CommandLine(called);
    command.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
    command.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help and exit.")
                .build());
    command.setCommandName(System.getProperty("cli.name", "./sluice") + " " + name);
    command.setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF));
    command.setUsageHelpWidth(100);
    command.setCaseInsensitiveEnumValuesAllowed(true);
    command.setParameterExceptionHandler((problem, _) -> {
      err.println(problem.getMessage() + "; see " + command.getCommandName() + " --help");
      return 2;
    });
    command.setExecutionExceptionHandler((failure, _, _) -> {
      if (isInterruption(failure)) {
        err.println("interrupted");
        return 1;
      }
      err.println("the run failed:");
      failure.printStackTrace(err);
      return 1;
    });
    return command.execute(arguments);
  }

  /// Whether it failed because it was told to end (Ctrl-C, SIGTERM).
  ///
  /// @param failure what this thread's run threw
  public static boolean isInterruption(Throwable failure) {
    if (Thread.currentThread().isInterrupted()) {
      return true;
    }
    for (Throwable it = failure; it != null; it = it.getCause()) {
      if (it instanceof InterruptedException) {
        return true; // whoever threw it has taken the thread's flag back
      }
    }
    return false;
  }

  /// Where a run keeps what it writes.
  ///
  /// @param name of the command
  public static Path folder(String name, Instant started) {
    Path root = Path.of(System.getProperty("cli.root", ""));
    return root.resolve("perf-tests/target").resolve(name).resolve(FOLDER.format(started));
  }

  /// The flags that the script gives to nodes.
  public static List<String> nodeFlags() {
    return Arrays.stream(System.getProperty("cli.node-flags", "").split(" ", -1))
        .filter(flag -> !flag.isEmpty())
        .toList();
  }
}
