package io.sluice.standalone;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Names `bench`, which the script `sluice` starts itself: what measures is no part of what runs in
/// production.
@Command(
    name = "bench",
    description = "Measure a node on this machine against the machine's limit.",
    optionListHeading = "%n")
final class BenchCommand implements Callable<Integer> {
  @Parameters(arity = "0..*", hidden = true)
  private List<String> ignored = List.of();

  @Override
  public Integer call() throws CommandFailure {
    throw CommandFailure.failed("'bench' is run by the script 'sluice' at the root: " + ignored);
  }
}
