package io.sluice.standalone;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Explains `test`, which the script `sluice` does itself: the tests build what would run here.
@Command(
    name = "test",
    description = {
      "Run the whole test suite, with all the set-up it needs (under 10 minutes on 2 cores).",
      "",
      "Real Kafka, Redis, sockets and browser. Fetches what is missing with the system's package",
      "manager where that takes only root; otherwise one line says what to install. The last line",
      "of stdout is 'N passed, M failed' (', K skipped' if any); exit code 1 when anything failed."
    },
    footer = {"", "Examples:", "  ${ROOT-COMMAND-NAME} test", "  ${ROOT-COMMAND-NAME} test --full"},
    optionListHeading = "%n")
final class TestCommand implements Callable<Integer> {
  @Option(
      names = "--full",
      description = "Also the slow proof (about an hour).",
      defaultValue = "false")
  private boolean full;

  @Override
  public Integer call() throws CommandFailure {
    throw CommandFailure.failed(
        full
            ? "'test --full' is run by the script 'sluice' at the root"
            : "'test' is run by the script 'sluice' at the root");
  }
}
