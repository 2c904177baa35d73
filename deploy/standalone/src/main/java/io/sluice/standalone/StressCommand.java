package io.sluice.standalone;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Names `stress`, which the script `sluice` starts itself: what puts clusters under load is no
/// part of what runs in production.
@Command(
    name = "stress",
    description = "Put a cluster under load with Gatling, and judge it by goals.",
    optionListHeading = "%n")
final class StressCommand implements Callable<Integer> {
  @Parameters(arity = "0..*", hidden = true)
  private List<String> ignored = List.of();

  @Override
  public Integer call() throws CommandFailure {
    throw CommandFailure.failed("'stress' is run by the script 'sluice' at the root: " + ignored);
  }
}
