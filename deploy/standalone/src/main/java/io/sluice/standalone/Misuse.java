package io.sluice.standalone;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Says in one line what is wrong with the arguments, and for a misspelt command or flag which
/// known one is nearest.
final class Misuse implements IParameterExceptionHandler {
  private final Terminal terminal;

  Misuse(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public int handleParseException(ParameterException problem, String[] arguments) {
    CommandLine command = problem.getCommandLine();
    if (arguments.length == 0) {
      command.usage(terminal.err());
    } else {
      terminal.say(
          switch (problem) {
            case UnmatchedArgumentException unmatched -> unmatched(unmatched, command);
            case MissingParameterException missing -> missing(missing, command, arguments);
            default -> pointToHelp(problem, command);
          });
    }
    return CommandFailure.MISUSED;
  }

  private static String unmatched(UnmatchedArgumentException problem, CommandLine command) {
    String text = problem.getUnmatched().getFirst();
    if (problem.isUnknownOption()) {
      return unknownFlag(text, command);
    }
    if (!command.getSubcommands().isEmpty()) {
      return "unknown command '%s'%s"
          .formatted(text, didYouMean(text, command.getSubcommands().keySet()));
    }
    return "'%s' is one argument too many; see %s --help"
        .formatted(text, command.getCommandSpec().qualifiedName());
  }

  /// A flag that is missing may be there with a typing error.
  private static String missing(
      MissingParameterException problem, CommandLine command, String[] arguments) {
    Set<String> known = command.getCommandSpec().optionsMap().keySet();
    return Arrays.stream(arguments)
        .filter(argument -> argument.startsWith("--") && !known.contains(name(argument)))
        .findFirst()
        .map(argument -> unknownFlag(argument, command))
        .orElseGet(() -> pointToHelp(problem, command));
  }

  private static String unknownFlag(String flag, CommandLine command) {
    List<String> known =
        command.getCommandSpec().options().stream().map(OptionSpec::longestName).toList();
    return "unknown flag '%s'%s".formatted(name(flag), didYouMean(name(flag), known));
  }

  private static String name(String flag) {
    return flag.replaceFirst("=.*", "");
  }

  private static String didYouMean(String text, Collection<String> known) {
    Optional<String> nearest = Nearest.to(text, known);
    return nearest.map(name -> ", did you mean '" + name + "'?").orElse("");
  }

  private static String pointToHelp(ParameterException problem, CommandLine command) {
    String message = String.valueOf(problem.getMessage());
    return "%s; see %s --help"
        .formatted(
            Character.toLowerCase(message.charAt(0)) + message.substring(1),
            command.getCommandSpec().qualifiedName());
  }
}
