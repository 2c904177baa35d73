package io.sluice.standalone;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// Explains `package`, which the script `sluice` does itself: it builds what would run here.
@Command(
    name = "package",
    description = {
      "Make the archive and the container image that are shipped (some two minutes).",
      "",
      "Both bring a Java runtime of their own and a cache with which a node starts sooner: a node is",
      "run for it, with real Kafka and Redis. Needs neither a Docker daemon nor a registry. Linux on",
      "x86-64 only. The last two lines of stdout are the paths; deploy/docs/install.md says how to go on."
    },
    footer = {"", "Examples:", "  ${ROOT-COMMAND-NAME} package"},
    optionListHeading = "%n")
final class PackageCommand implements Callable<Integer> {
  @Override
  public Integer call() throws CommandFailure {
    throw CommandFailure.failed("'package' is run by the script 'sluice' at the root");
  }
}
