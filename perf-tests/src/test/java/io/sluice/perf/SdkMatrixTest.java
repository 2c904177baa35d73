package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.embedded.EmbeddedKafka;
import io.sluice.embedded.EmbeddedRedis;
import io.sluice.gateway.Gateway;
import io.sluice.gateway.config.ConfigLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real SDKs, as they are, over every transport they have: what an application does with them. The
/// programs lie in `src/test/sdk`. The Java SDK has a test of its own in the gateway.
final class SdkMatrixTest {
  private static final String NAME = SdkMatrixTest.class.getSimpleName();
  private static final Path SDK = Sluice.ROOT.resolve("perf-tests/src/test/sdk");
  private static final String KEY = "matrix-key";
  private static final String SECRET = "a secret of at least thirty-two bytes";

  /// Fetching an SDK, and compiling it.
  private static final Duration PREPARING = Duration.ofMinutes(3);

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String OK = "ok ";

  private static EmbeddedKafka kafka;
  private static EmbeddedRedis redis;
  private static Gateway gateway;

  @BeforeAll
  static void start() throws Exception {
    kafka = EmbeddedKafka.builder().start();
    redis = EmbeddedRedis.builder().start();
    String yaml =
        """
        edge: {host: 127.0.0.1, port: 0}
        api: {host: 127.0.0.1, port: 0, key: %s}
        kafka: {bootstrap-servers: '%s', create-topics: true, partitions: 4}
        redis: {uri: '%s'}
        tokens: {hmac-secret: '%s'}
        drain: {announce: 0s, duration: 3s}
        namespaces:
          default: {topic: sluice.matrix, subscribe: authenticated, publish: authenticated}
          closed: {topic: sluice.matrix.closed, subscribe: nobody}
        """
            .formatted(KEY, kafka.bootstrapServers(), redis.uri(), SECRET);
    gateway = Gateway.start(ConfigLoader.parse(yaml, Map.of(), Map.of()));
  }

  @AfterAll
  static void stop() {
    gateway.close();
    redis.close();
    kafka.close();
  }

  private static String edge() {
    return "127.0.0.1:" + gateway.edgePort();
  }

  private static String api() {
    return "http://127.0.0.1:" + gateway.apiPort();
  }

  private static void prepare(String name, String... command) throws Exception {
    try (RunningCommand running =
        RunningCommand.start(NAME + "/" + name, Map.of(), List.of(command))) {
      assertThat(running.awaitExit(PREPARING)).as(running::toString).isZero();
    }
  }

  private static boolean runs(String name, String... command) throws InterruptedException {
    try (RunningCommand running =
        RunningCommand.start(NAME + "/" + name, Map.of(), List.of(command))) {
      return running.awaitExit(LIMIT) == 0;
    } catch (IOException _) {
      return false; // there is no such program
    }
  }

  @Test
  void javaScriptDoesEverythingOverEveryTransport() throws Exception {
    Path folder = SDK.resolve("js");
    if (!Files.isDirectory(folder.resolve("node_modules"))) {
      prepare("npm", "npm", "ci", "--no-audit", "--no-fund", "--prefix", folder.toString());
    }
    Map<String, List<String>> columns = new LinkedHashMap<>();
    for (String column :
        List.of(
            "websocket json",
            "websocket protobuf",
            "http_stream json",
            "http_stream protobuf",
            "sse json")) {
      List<String> command = new ArrayList<>();
      command.addAll(List.of("node", folder.resolve("matrix.mjs").toString()));
      command.addAll(List.of("http://" + edge(), api(), KEY, SECRET));
      command.addAll(List.of(column.split(" ", 2)));
      columns.put(column, command);
    }
    check("centrifuge (npm)", columns, 16);
  }

  @Test
  @Tag("full")
  void goDoesTheSame(@TempDir Path folder) throws Exception {
    if (!runs("go-version", "go", "version")) {
      System.out.println("centrifuge-go: not run, there is no Go on this machine");
      return;
    }
    String program = folder.resolve("matrix").toString();
    prepare("go-build", "go", "build", "-C", SDK.resolve("go").toString(), "-o", program, ".");
    Map<String, List<String>> columns = new LinkedHashMap<>();
    for (String encoding : List.of("json", "protobuf")) {
      columns.put("websocket " + encoding, List.of(program, edge(), api(), KEY, SECRET, encoding));
    }
    check("centrifuge-go", columns, 9);
  }

  @Test
  @Tag("full")
  void pythonDoesTheSame(@TempDir Path folder) throws Exception {
    if (!runs("python-venv", "python3", "-m", "venv", folder.toString())) {
      System.out.println("centrifuge-python: not run, there is no Python with venv here");
      return;
    }
    String python = folder.resolve("bin/python").toString();
    String wanted = SDK.resolve("python/requirements.txt").toString();
    prepare("pip", python, "-m", "pip", "install", "--quiet", "--requirement", wanted);
    String program = SDK.resolve("python/matrix.py").toString();
    Map<String, List<String>> columns = new LinkedHashMap<>();
    for (String encoding : List.of("json", "protobuf")) {
      columns.put(
          "websocket " + encoding, List.of(python, program, edge(), api(), KEY, SECRET, encoding));
    }
    check("centrifuge-python", columns, 8);
  }

  /// Runs all columns at once.
  ///
  /// @param columns commands by transport and encoding
  /// @param behaviours how many each has
  private static void check(String sdk, Map<String, List<String>> columns, int behaviours)
      throws Exception {
    Map<String, RunningCommand> running = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, List<String>> column : columns.entrySet()) {
        String name = sdk.split(" ", 2)[0] + "-" + column.getKey().replace(' ', '-');
        running.put(
            column.getKey(), RunningCommand.start(NAME + "/" + name, Map.of(), column.getValue()));
      }
      Map<String, List<String>> outcomes = new LinkedHashMap<>();
      for (Map.Entry<String, RunningCommand> each : running.entrySet()) {
        assertThat(each.getValue().awaitExit(LIMIT)).as(each.getValue()::toString).isZero();
        outcomes.put(each.getKey(), each.getValue().out());
      }
      print(sdk, outcomes);
      assertThat(outcomes.values())
          .allSatisfy(
              lines -> assertThat(lines).hasSize(behaviours).allMatch(it -> it.startsWith(OK)));
    } finally {
      running.values().forEach(RunningCommand::close);
    }
  }

  private static void print(String sdk, Map<String, List<String>> outcomes) {
    StringBuilder matrix = new StringBuilder("%-28s".formatted(sdk));
    outcomes.keySet().forEach(column -> matrix.append(" %-20s".formatted(column)));
    for (String line : outcomes.values().iterator().next()) {
      String behaviour = line.substring(line.indexOf(' ') + 1);
      matrix.append("\n%-28s".formatted(behaviour));
      outcomes
          .values()
          .forEach(lines ->
              matrix.append(" %-20s".formatted(lines.contains(OK + behaviour) ? "ok" : "FAILED")));
    }
    System.out.println(matrix);
  }
}
