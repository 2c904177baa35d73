package io.sluice.standalone;

import io.sluice.standalone.run.RunFile;
import io.sluice.standalone.run.RunFiles;
import io.sluice.standalone.run.RunNode;
import io.sluice.standalone.up.Up;
import io.sluice.standalone.up.UpFailure;
import io.sluice.standalone.up.UpOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The main job: everything on this machine, from one command.
@Command(
    name = "up",
    description = {
      "Start Kafka, Redis and gateway nodes on this machine, until Ctrl-C.",
      "",
      "When everything really answers, stdout has one line for each node",
      "'ready node=... edge=ws://... api=http://...', then 'token=...' (a client's, good for 24 h)",
      "and 'api-key=...' (of the HTTP API), then two commands to try. 'publish', 'subscribe' and",
      "'token' find a running 'up' by themselves. Everything listens on 127.0.0.1 only. Logs are in",
      "the folder 'logs' of the data directory. Ctrl-C ends it all within 10 s.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ${ROOT-COMMAND-NAME} up",
      "  ${ROOT-COMMAND-NAME} up --nodes 2 --data ~/sluice-data",
      "  ${ROOT-COMMAND-NAME} up --edge-port 8100 --api-port 9100",
      "  ${ROOT-COMMAND-NAME} up --kafka localhost:9092 --redis redis://localhost:6379"
    })
final class UpCommand implements Callable<Integer> {
  private static final int MOST_NODES = 16;
  private static final String USER = "dev";
  private static final Duration TOKEN_TTL = Duration.ofHours(24);

  private final Terminal terminal;
  private final String nodeClass;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "Gateway nodes, each its own process; ports count up. Default: 1.")
  private int nodes = 1;

  @Option(
      names = "--edge-port",
      paramLabel = "PORT",
      description = "Where clients connect. Default: 8000.")
  private int edgePort = 8000;

  @Option(
      names = "--api-port",
      paramLabel = "PORT",
      description = "HTTP API, health, metrics, and a page to try it all. Default: 9000.")
  private int apiPort = 9000;

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      description = "Your Kafka instead of an embedded one.")
  private @Nullable String kafka;

  @Option(
      names = "--redis",
      paramLabel = "URI",
      description = "Your Redis instead of an embedded one, such as redis://localhost:6379.")
  private @Nullable String redis;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Keep Kafka's data, the secret and the key here, across restarts. Default: a temporary"
              + " directory, deleted at the end.")
  private @Nullable Path data;

  UpCommand(Terminal terminal) {
    this(terminal, NodeMain.class.getName());
  }

  /// @param nodeClass main class of a node
  UpCommand(Terminal terminal, String nodeClass) {
    this.terminal = terminal;
    this.nodeClass = nodeClass;
  }

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    if (nodes < 1 || nodes > MOST_NODES) {
      throw CommandFailure.misused("--nodes is 1 to %d: %d".formatted(MOST_NODES, nodes));
    }
    Up up =
        new Up(
            new UpOptions(nodes, edgePort, apiPort, kafka, redis, data),
            RunFiles.ofUser(terminal.environment()),
            nodeClass,
            terminal::say);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(up), "stop"));
    RunFile run;
    try {
      run = up.start(Logs::toFolder);
    } catch (UpFailure e) {
      throw CommandFailure.failed(String.valueOf(e.getMessage()));
    }
    announce(run);
    return switch (up.awaitEnd()) {
      case CLOSED -> 0;
      case NO_NODE_LEFT -> throw CommandFailure.failed("no node is left");
    };
  }

  private void stop(Up up) {
    if (up.isRunning()) {
      terminal.say("stopping...");
    }
    up.close();
  }

  private void announce(RunFile run) throws CommandFailure {
    for (RunNode node : run.nodes()) {
      terminal
          .out()
          .println(
              "ready node=%s edge=%s api=%s".formatted(node.id(), node.edgeUrl(), node.apiUrl()));
    }
    String token = TokenCommand.signer(run.secret()).sign(USER, TOKEN_TTL, List.of());
    terminal.out().println("token=" + token);
    terminal.out().println("api-key=" + run.apiKey());
    terminal.say("try in another terminal, or open " + run.nodes().getFirst().apiUrl() + "/");
    String which = isOnlyOne(run) ? "" : " --edge-port " + run.edgePort();
    terminal.out().println("  " + terminal.command() + " subscribe news" + which);
    terminal.out().println("  " + terminal.command() + " publish news '{\"n\":1}'" + which);
  }

  private boolean isOnlyOne(RunFile run) {
    return RunFiles.ofUser(terminal.environment()).live().stream()
        .allMatch(other -> other.up().equals(run.up()));
  }
}
