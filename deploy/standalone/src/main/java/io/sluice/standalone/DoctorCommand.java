package io.sluice.standalone;

import io.sluice.gateway.config.ConfigException;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.GatewayConfig;
import io.sluice.standalone.doctor.Doctor;
import io.sluice.standalone.doctor.Level;
import io.sluice.standalone.doctor.Machine;
import io.sluice.standalone.doctor.NodeHeap;
import io.sluice.standalone.doctor.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Says what is wrong before a node does.
@Command(
    name = "doctor",
    description = {
      "Look at all that a node needs: configuration, Kafka, Redis, clocks, the machine.",
      "",
      "A line for each thing: ok, warning or error with what to do about it, or - where it could",
      "not be looked at. Takes half a minute at most, and writes nothing, neither to Kafka nor to",
      "Redis. Run it where the node is to run, as the same user, with the same environment.",
      "Exit code 1 when there is an error.",
      ""
    },
    optionListHeading = "%n",
    footer = {
      "",
      "Examples:",
      "  ${ROOT-COMMAND-NAME} doctor",
      "  ${ROOT-COMMAND-NAME} doctor --config /etc/sluice/sluice.yaml --heap 4g"
    })
final class DoctorCommand implements Callable<Integer> {
  /// The flags of nodes' JVMs, as the script `sluice` gives them.
  private static final String NODE_FLAGS = "cli.node-flags";

  private final Terminal terminal;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The configuration of a node; else that of the running 'up'.")
  private @Nullable Path config;

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      description = "What nodes get as -Xmx, such as 4g. Default: as 'gateway' would here, 1g.")
  private @Nullable String heap;

  @Option(names = "--json", description = "One JSON object instead of lines.")
  private boolean json;

  @Mixin private RunFlags run = new RunFlags();

  DoctorCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    Logs.none();
    Machine machine = Machine.here();
    NodeHeap given = heap(machine);
    Path file = file();
    // 'up' is for development: its nodes may promise more connections than this machine has
    Level shortage = config == null ? Level.WARNING : Level.ERROR;
    Report report = terminal.coloured() && !json ? Report.coloured() : Report.plain();
    examine(file, new Doctor.Setting(machine, given, shortage), report);
    if (json) {
      terminal.out().println(report.json());
    } else {
      terminal.out().println(report.summary());
    }
    return report.count(Level.ERROR) == 0 ? 0 : CommandFailure.FAILED;
  }

  private void examine(Path file, Doctor.Setting setting, Report report)
      throws InterruptedException {
    GatewayConfig node;
    try {
      node = ConfigLoader.load(file);
    } catch (ConfigException e) {
      Doctor.unusable(e.problems(), finding -> tell(report.add(finding)));
      return;
    }
    Doctor.examine(node, setting, finding -> tell(report.add(finding)));
  }

  private void tell(String line) {
    if (!json) {
      terminal.out().println(line);
    }
  }

  private NodeHeap heap(Machine machine) throws CommandFailure {
    if (heap == null) {
      return NodeHeap.ofFlags(System.getProperty(NODE_FLAGS, ""), machine.memory());
    }
    return NodeHeap.ofSize(heap)
        .orElseThrow(
            () -> CommandFailure.misused("--heap '" + heap + "' is no size such as 1g or 1500m"));
  }

  private Path file() throws CommandFailure {
    if (config == null) {
      try {
        return run.find(terminal).firstNodeConfig();
      } catch (CommandFailure e) {
        throw CommandFailure.failed(e.getMessage() + ", or say --config FILE");
      }
    }
    if (!Files.isReadable(config)) {
      throw CommandFailure.misused("the configuration file '" + config + "' cannot be read");
    }
    return config;
  }
}
