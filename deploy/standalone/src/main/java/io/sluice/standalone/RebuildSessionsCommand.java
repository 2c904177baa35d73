package io.sluice.standalone;

import io.sluice.gateway.SessionRebuild;
import io.sluice.gateway.SessionRebuild.Rebuilt;
import io.sluice.gateway.StartException;
import io.sluice.gateway.config.ConfigException;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.GatewayConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Writes back into Redis what it has lost and nobody else will write.
@Command(
    name = "rebuild-sessions",
    description = {
      "After Redis was wiped or restored: write back the sessions that may be resumed still.",
      "",
      "Nodes write the sessions of their clients again by themselves. Those that were closed",
      "within the last two minutes are held by nobody; the log of kafka.sessions-topic knows them,",
      "but for those that a dead node had held for longer.",
      "Safe at any time: what Redis has, or knows more of, is left as it is.",
      ""
    },
    optionListHeading = "%n",
    footer = {
      "",
      "Examples:",
      "  ${ROOT-COMMAND-NAME} rebuild-sessions",
      "  ${ROOT-COMMAND-NAME} rebuild-sessions --config /etc/sluice/sluice.yaml"
    })
final class RebuildSessionsCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The configuration of a node, for its Kafka and Redis; else of the running 'up'.")
  private @Nullable Path config;

  @Mixin private RunFlags run = new RunFlags();

  RebuildSessionsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    Logs.none();
    GatewayConfig node = load(config == null ? run.find(terminal).firstNodeConfig() : config);
    try {
      tell(SessionRebuild.run(node));
      return 0;
    } catch (StartException e) {
      throw CommandFailure.failed(String.valueOf(e.getMessage()));
    }
  }

  private static GatewayConfig load(Path file) throws CommandFailure {
    try {
      return ConfigLoader.load(file);
    } catch (ConfigException e) {
      throw CommandFailure.misused(String.join("\n", e.problems()));
    }
  }

  private void tell(Rebuilt done) {
    terminal
        .out()
        .println(
            "rebuilt=%d present=%d in-grace=%d events=%d"
                .formatted(done.restored(), done.there(), done.inGrace(), done.events()));
    if (done.passedOver() > 0) {
      terminal.say(
          "%d events of further sessions were passed over: there are too many for one run"
              .formatted(done.passedOver()));
    }
  }
}
