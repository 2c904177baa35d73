package io.sluice.standalone;

import picocli.CommandLine;

/// `up` with stand-in nodes.
public final class StandInUp {
  private StandInUp() {}

  public static void main(String[] arguments) {
    Terminal terminal = Terminal.ofThisProcess();
    CommandLine up = new CommandLine(new UpCommand(terminal, StandInNode.class.getName()));
    up.setExecutionExceptionHandler((failure, _, _) -> {
      terminal.say(String.valueOf(failure.getMessage()));
      return CommandFailure.FAILED;
    });
    System.exit(up.execute(arguments));
  }
}
