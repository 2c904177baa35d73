package io.sluice.perf.dist;

import io.sluice.embedded.EmbeddedKafka;
import io.sluice.embedded.EmbeddedRedis;
import io.sluice.embedded.FreePorts;
import io.sluice.perf.run.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Runs a node as it is shipped, with real Kafka and Redis and a few clients, and ends it by
/// SIGTERM, whereupon its JVM writes down what it has loaded and linked (an AOT cache). Takes half
/// a minute.
public final class Training {
  private static final Duration STARTING = Duration.ofSeconds(90);

  /// The JVM starts another one that writes the cache.
  private static final Duration ENDING = Duration.ofMinutes(2);

  private static final String SECRET = "only long enough to sign something";
  private static final String API_KEY = "training";

  private Training() {}

  /// Runs it.
  ///
  /// @param arguments the start script; the cache's path, without a blank, seen from this folder
  public static void main(String[] arguments) throws Exception {
    Path script = Path.of(arguments[0]);
    Path cache = Path.of(arguments[1]);
    try (EmbeddedKafka kafka = EmbeddedKafka.builder().start();
        EmbeddedRedis redis = EmbeddedRedis.builder().start()) {
      int edge = FreePorts.next();
      int api = FreePorts.next();
      Path config = Files.createTempFile("sluice-training-", ".yaml");
      try {
        Files.writeString(config, yaml(edge, api, kafka.bootstrapServers(), redis.uri()));
        train(script, config, cache, new Visitor(edge, api, API_KEY, SECRET));
      } finally {
        Files.delete(config);
      }
    }
    System.exit(0); // whatever threads Kafka has left
  }

  private static void train(Path script, Path config, Path cache, Visitor visitor)
      throws IOException, InterruptedException {
    try (ChildProcess node =
        ChildProcess.program(
            "training",
            List.of(script.toString(), "gateway", "--config", config.toString()),
            Map.of("SLUICE_JAVA_OPTS", "-XX:AOTCacheOutput=" + cache))) {
      ProcessHandle process = ProcessHandle.of(Long.parseLong(node.line(STARTING))).orElseThrow();
      try {
        visitor.awaitReady(STARTING, process::isAlive);
        visitor.visit();
      } catch (IOException e) {
        throw new IOException(node.failure("did not serve: " + e.getMessage()), e);
      }
      process.destroy();
      try {
        var _ = process.onExit().get(ENDING.toSeconds(), TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException e) {
        throw new IOException(node.failure("did not end within " + ENDING.toSeconds() + " s"), e);
      }
      if (!Files.exists(cache)) {
        throw new IOException(node.failure("left no cache"));
      }
    }
  }

  private static String yaml(int edge, int api, String kafka, String redis) {
    return """
    edge: {host: 127.0.0.1, port: %d}
    api: {host: 127.0.0.1, port: %d, key: '%s'}
    kafka: {bootstrap-servers: '%s', create-topics: true}
    redis: {uri: '%s'}
    tokens: {hmac-secret: '%s'}
    drain: {announce: 0s, duration: 0s}
    namespaces: {default: {publish: authenticated}}
    """
        .formatted(edge, api, API_KEY, kafka, redis, SECRET);
  }
}
