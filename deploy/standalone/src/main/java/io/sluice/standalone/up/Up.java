package io.sluice.standalone.up;

import io.sluice.embedded.EmbeddedKafka;
import io.sluice.embedded.EmbeddedRedis;
import io.sluice.embedded.EmbeddedStartException;
import io.sluice.embedded.FreePorts;
import io.sluice.embedded.PortTakenException;
import io.sluice.standalone.run.PrivateFile;
import io.sluice.standalone.run.ProcessMark;
import io.sluice.standalone.run.RunFile;
import io.sluice.standalone.run.RunFiles;
import io.sluice.standalone.run.RunNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One running `up`: started in order, closed in reverse. Any thread.
public final class Up implements AutoCloseable {
  /// Everything ends within 10 s; the process needs a moment too.
  private static final Duration STOPPING = Duration.ofSeconds(9);

  private static final int RUN_DIGITS = 4;

  private final UpOptions options;
  private final RunFiles runFiles;
  private final String nodeClass;
  private final Consumer<String> progress;
  private final Closing closing;
  private volatile @Nullable Nodes nodes;

  /// @param runFiles where other commands will look for it
  /// @param nodeClass main class of a node; takes the path of its configuration, ends when its
  ///   standard input does
  /// @param progress told what happens, line by line
  public Up(UpOptions options, RunFiles runFiles, String nodeClass, Consumer<String> progress) {
    this.options = options;
    this.runFiles = runFiles;
    this.nodeClass = nodeClass;
    this.progress = progress;
    this.closing = new Closing(STOPPING, progress);
  }

  /// Starts everything and returns when every node really answers. Once.
  ///
  /// @param logs told the folder for this process's own log before anything can log
  /// @return what the run file says
  /// @throws UpFailure when something is in the way; nothing is left running
  public RunFile start(Consumer<Path> logs) throws UpFailure, InterruptedException {
    try {
      PortPlan ports = PortPlan.of(options);
      ports.check(runFiles.live());
      DataFolder data = closing.start(() -> DataFolder.open(options.data()));
      logs.accept(data.logs());
      Remembered own = Remembered.in(data.path());
      String kafka = kafka(data, own);
      String redis = redis(data, own);
      Nodes started = nodes(ports, data, own, kafka, redis);
      nodes = started;
      List<RunNode> ready = started.awaitReady();
      RunFile run =
          new RunFile(
              ProcessMark.of(ProcessHandle.current()),
              data.path(),
              kafka,
              redis,
              own.secret(),
              own.apiKey(),
              nodeConfig(1, ports, own, kafka, redis).topics(System.getenv()),
              ready);
      closing.start(() -> listed(run));
      return run;
    } catch (UpFailure | InterruptedException | RuntimeException e) {
      close();
      throw e;
    } catch (Exception e) {
      close();
      throw new UpFailure("cannot start: " + e, e); // an exception's message alone may be a path
    }
  }

  /// Whether there is anything to close.
  public boolean isRunning() {
    return !closing.isEmpty();
  }

  /// Returns when there is no node left. After [#start].
  public End awaitEnd() throws InterruptedException {
    Objects.requireNonNull(nodes, "start() first").awaitNoneLeft();
    return closing.hasBegun() ? End.CLOSED : End.NO_NODE_LEFT;
  }

  /// Why there is no node left.
  public enum End {
    /// It was closed.
    CLOSED,
    /// Every node ended by itself.
    NO_NODE_LEFT
  }

  /// Ends nodes, Redis and Kafka, in this order, within 10 s. Idempotent.
  @Override
  public void close() {
    closing.close();
  }

  private String kafka(DataFolder data, Remembered own) throws Exception {
    if (options.kafka() != null) {
      return options.kafka();
    }
    progress.accept("starting Kafka...");
    String servers = kafkaOrElsewhere(data, own.kafkaPort());
    progress.accept("Kafka is at " + servers);
    return servers;
  }

  /// From looking for a port until Kafka listens there seconds go by, in which another `up` may
  /// have taken it.
  private String kafkaOrElsewhere(DataFolder data, int port) throws Exception {
    try {
      return kafkaAt(data, port);
    } catch (UpFailure e) {
      if (FreePorts.isFree(port)) {
        throw e; // it was something else
      }
      return kafkaAt(data, Remembered.in(data.path()).kafkaPort());
    }
  }

  private String kafkaAt(DataFolder data, int port) throws Exception {
    var builder = EmbeddedKafka.builder().dataDirectory(data.kafka()).port(port);
    return closing.start(() -> embedded(builder::start)).bootstrapServers();
  }

  private String redis(DataFolder data, Remembered own) throws Exception {
    if (options.redis() != null) {
      return options.redis();
    }
    progress.accept("starting Redis...");
    var builder = EmbeddedRedis.builder().dataDirectory(data.redis()).port(own.redisPort());
    String uri = closing.start(() -> embedded(builder::start)).uri();
    progress.accept("Redis is at " + uri);
    return uri;
  }

  private static <T> T embedded(java.util.function.Supplier<T> starter) throws UpFailure {
    try {
      return starter.get();
    } catch (PortTakenException | EmbeddedStartException e) {
      throw new UpFailure(String.valueOf(e.getMessage()), e);
    }
  }

  private Nodes nodes(PortPlan ports, DataFolder data, Remembered own, String kafka, String redis)
      throws Exception {
    progress.accept(
        options.nodes() == 1 ? "starting a node..." : "starting " + options.nodes() + " nodes...");
    progress.accept("their logs are in " + data.logs());
    for (String name : NodeConfigFile.ownVariables(System.getenv().keySet())) {
      progress.accept(name + " is ignored: 'up' decides this for its nodes");
    }
    Nodes nodes = closing.start(() -> new Nodes(nodeClass, progress));
    for (int i = 1; i <= options.nodes(); i++) {
      NodeConfigFile config = nodeConfig(i, ports, own, kafka, redis);
      Path file = data.nodeConfig(i);
      PrivateFile.write(file, config.toYaml());
      nodes.add(config, file, data.nodeLog(i));
    }
    return nodes;
  }

  private static NodeConfigFile nodeConfig(
      int node, PortPlan ports, Remembered own, String kafka, String redis) {
    return new NodeConfigFile(
        nodeId(node), ports.edge(node), ports.api(node), kafka, redis, own.secret(), own.apiKey());
  }

  /// A new one at each start: to the other nodes, a node that comes back is another node.
  private static String nodeId(int node) {
    String run = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt(), RUN_DIGITS);
    return "node-" + node + "-" + run;
  }

  private AutoCloseable listed(RunFile run) throws IOException {
    runFiles.write(run);
    return () -> runFiles.remove(run);
  }
}
