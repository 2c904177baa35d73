package io.sluice.standalone;

import io.sluice.standalone.run.NoSuchRunException;
import io.sluice.standalone.run.RunChoice;
import io.sluice.standalone.run.RunFile;
import io.sluice.standalone.run.RunFiles;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The flags that choose among several running `up`, for the commands that need one.
final class RunFlags {
  @Option(
      names = "--edge-port",
      paramLabel = "PORT",
      description = "Of several running 'up': the one with this edge port.")
  private @Nullable Integer edgePort;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Of several running 'up': the one with this data directory.")
  private @Nullable Path data;

  RunFile find(Terminal terminal) throws CommandFailure {
    try {
      return RunFiles.ofUser(terminal.environment())
          .choose(new RunChoice(edgePort, data), terminal.command());
    } catch (NoSuchRunException e) {
      throw CommandFailure.failed(String.valueOf(e.getMessage()));
    }
  }
}
