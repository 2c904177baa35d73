package io.sluice.standalone;

import io.sluice.gateway.Version;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;

/// Runs one command and exits with its code. Called by the script `sluice`.
public final class Main {
  private static final int HELP_WIDTH = 100;

  /// Set by the start script of an installation, which has neither sources nor embedded servers.
  private static final String INSTALLED = "cli.installed";

  private static final List<String> OF_A_CHECKOUT =
      List.of("up", "test", "package", "bench", "chaos", "stress");

  private static final String[] INSTALLED_FOOTER = {
    "",
    "Answers go to stdout, progress and warnings to stderr. Exit codes: 0 done, 1 it did not",
    "work, 2 it was asked for wrongly. SLUICE_JAVA_OPTS is added to the flags of the JVM."
  };

  private Main() {}

  /// Runs and exits.
  ///
  /// @param arguments the command's name, flags and arguments
  public static void main(String[] arguments) {
    System.exit(run(Terminal.ofThisProcess(), arguments));
  }

  static int run(Terminal terminal, String... arguments) {
    return commandLine(terminal).execute(withoutHelpCommand(arguments));
  }

  /// `help` and `help up` are what some people type for `--help` and `up --help`.
  private static String[] withoutHelpCommand(String[] arguments) {
    if (arguments.length == 0 || !arguments[0].equals("help")) {
      return arguments;
    }
    return arguments.length == 1 ? new String[] {"--help"} : new String[] {arguments[1], "--help"};
  }

  private static CommandLine commandLine(Terminal terminal) {
    CommandLine sluice =
        new CommandLine(new SluiceCommand())
            .addSubcommand(new UpCommand(terminal))
            .addSubcommand(new PublishCommand(terminal))
            .addSubcommand(new SubscribeCommand(terminal))
            .addSubcommand(new TokenCommand(terminal))
            .addSubcommand(new RebuildSessionsCommand(terminal))
            .addSubcommand(new RedriveCommand(terminal))
            .addSubcommand(new GatewayCommand())
            .addSubcommand(new DoctorCommand(terminal))
            .addSubcommand(new TestCommand())
            .addSubcommand(new PackageCommand())
            .addSubcommand(new BenchCommand())
            .addSubcommand(new ChaosCommand())
            .addSubcommand(new StressCommand());
    if (Boolean.getBoolean(INSTALLED)) {
      OF_A_CHECKOUT.forEach(sluice.getCommandSpec()::removeSubcommand);
      sluice.getCommandSpec().usageMessage().footer(INSTALLED_FOOTER);
    }
    sluice.setCommandName(terminal.command());
    sluice.getSubcommands().values().forEach(Main::addHelpFlag);
    addHelpFlag(sluice);
    sluice
        .getCommandSpec()
        .version("sluice " + Version.CURRENT)
        .addOption(
            OptionSpec.builder("--version")
                .versionHelp(true)
                .description("Print the version and exit.")
                .build());
    return sluice
        .setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8))
        .setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF))
        .setUsageHelpWidth(HELP_WIDTH)
        .setExpandAtFiles(false) // a channel or JSON may begin with '@'
        .setParameterExceptionHandler(new Misuse(terminal))
        .setExecutionExceptionHandler((failure, _, _) -> end(terminal, failure));
  }

  private static void addHelpFlag(CommandLine command) {
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help and exit.")
                .build());
  }

  private static int end(Terminal terminal, Exception failure) {
    if (failure instanceof CommandFailure expected) {
      terminal.say(String.valueOf(expected.getMessage()));
      return expected.exitCode();
    }
    if (failure instanceof UncheckedIOException trouble) {
      terminal.say(String.valueOf(trouble.getMessage()));
      return CommandFailure.FAILED;
    }
    terminal.say("this is a fault of Sluice itself:");
    failure.printStackTrace(terminal.err());
    return CommandFailure.FAILED;
  }
}
