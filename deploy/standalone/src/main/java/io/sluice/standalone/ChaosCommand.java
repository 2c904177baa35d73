package io.sluice.standalone;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Names `chaos`, which the script `sluice` starts itself: what breaks things is no part of what
/// runs in production.
@Command(
    name = "chaos",
    description = "Break a cluster on this machine in every way, and prove that nothing is lost.",
    optionListHeading = "%n")
final class ChaosCommand implements Callable<Integer> {
  @Parameters(arity = "0..*", hidden = true)
  private List<String> ignored = List.of();

  @Override
  public Integer call() throws CommandFailure {
    throw CommandFailure.failed("'chaos' is run by the script 'sluice' at the root: " + ignored);
  }
}
