package io.sluice.standalone;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// One production node.
@Command(
    name = "gateway",
    description = {
      "Run one production node against existing Kafka and Redis, until SIGTERM, which drains it.",
      "",
      "deploy/sluice.yaml documents every key of the file. Environment variables override it:",
      "SLUICE_, then the key in upper case with '_' for '.' and '-', such as SLUICE_EDGE_PORT.",
      "Everything that is wrong with the configuration is reported at once, and the exit code is 2.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ${ROOT-COMMAND-NAME} gateway --config deploy/sluice.yaml",
      "  SLUICE_JAVA_OPTS=-Xmx4g ${ROOT-COMMAND-NAME} gateway --config /etc/sluice/sluice.yaml"
    })
final class GatewayCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The node's configuration, YAML.")
  private Path config = Path.of("");

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    ForegroundNode.run(config);
    return 0;
  }
}
