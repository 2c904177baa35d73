package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.sluice.embedded.EmbeddedKafka;
import io.sluice.embedded.EmbeddedRedis;
import io.sluice.embedded.FreePorts;
import io.sluice.gateway.Gateway;
import io.sluice.gateway.config.ConfigLoader;
import java.io.IOException;
import java.net.URI;
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
/// programs lie in `src/test/sdk`; the JavaScript one runs in Node and in a real browser. Prints
/// the matrix of SDK and transport × behaviour; a cell that was not tried says why.
final class SdkMatrixTest {
  private static final String NAME = SdkMatrixTest.class.getSimpleName();
  private static final Path SDK = Sluice.ROOT.resolve("perf-tests/src/test/sdk");
  private static final String KEY = "matrix-key";
  private static final String SECRET = "a secret of at least thirty-two bytes";

  /// Fetching an SDK, and compiling it.
  private static final Duration PREPARING = Duration.ofMinutes(3);

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String OK = "ok ";
  private static final String FAILED = "failed ";
  private static final String NPM_NODE = "centrifuge (npm) in Node, ";
  private static final String NPM_BROWSER = "centrifuge (npm) in Chromium, ";
  private static final String GO = "centrifuge-go ";
  private static final String PYTHON = "centrifuge-python ";

  /// What the JavaScript program says when the node is to be restarted.
  private static final String RESTART_NOW = "restart now";

  private static final List<String> JS_COLUMNS =
      List.of(
          "websocket json",
          "websocket protobuf",
          "http_stream json",
          "http_stream protobuf",
          "sse json");

  /// The behaviours that every run tries in a browser.
  private static final String QUICK = "subscribe and hear,cut and recover";

  private static final int JS_BEHAVIOURS = 22;

  /// Behaviours that take their time: tokens that run out, and a node that is restarted.
  private static final List<String> SLOW =
      List.of("token that runs out", "subscription token that runs out", "server restart");

  private static final String ONLY_FULL = "only in the full run (./sluice test --full)";
  private static final String JS_ONLY =
      "the program of this SDK does not try it; the JavaScript one does";

  private static final Matrix matrix = new Matrix("SDK, where, transport × behaviour");

  private static EmbeddedKafka kafka;
  private static EmbeddedRedis redis;
  private static String yaml;
  private static Gateway gateway;

  @BeforeAll
  static void start() throws Exception {
    kafka = EmbeddedKafka.builder().start();
    redis = EmbeddedRedis.builder().start();
    yaml =
        """
        edge: {host: 127.0.0.1, port: %d, max-connections: 1000, max-pending: 2000, outboxes: 32MiB, allowed-origins: ['http://localhost:*']}
        api: {host: 127.0.0.1, port: %d, key: %s}
        kafka: {bootstrap-servers: '%s', create-topics: true, partitions: 4}
        redis: {uri: '%s'}
        tokens: {hmac-secret: '%s'}
        drain: {announce: 0s, duration: 3s}
        namespaces:
          default: {topic: sluice.matrix, subscribe: authenticated, publish: authenticated}
          closed: {topic: sluice.matrix.closed, subscribe: nobody}
          state: {topic: sluice.matrix.state, mode: state}
          there: {topic: sluice.matrix.there, presence: true, join-leave: true}
        """
            .formatted(
                FreePorts.next(),
                FreePorts.next(),
                KEY,
                kafka.bootstrapServers(),
                redis.uri(),
                SECRET);
    gateway = Gateway.start(ConfigLoader.parse(yaml, Map.of(), Map.of()));
  }

  @AfterAll
  static void stop() {
    matrix.fill(
        "centrifuge-java websocket protobuf", "has a test of its own in the gateway, JavaSdkTest");
    for (String column : JS_COLUMNS) {
      matrix.fill(NPM_NODE + column, ONLY_FULL);
      matrix.fill(NPM_BROWSER + column, ONLY_FULL);
    }
    matrix.fill(NPM_NODE + "sse protobuf", "EventSource carries text only");
    matrix.fill(NPM_BROWSER + "sse protobuf", "EventSource carries text only");
    for (String sdk : List.of(GO, PYTHON)) {
      matrix.fill(sdk + "websocket json", ONLY_FULL);
      matrix.fill(sdk + "websocket protobuf", ONLY_FULL);
      matrix.fill(sdk + "http_stream, sse", "this SDK speaks over WebSockets only");
    }
    System.out.println(matrix);
    gateway.close();
    redis.close();
    kafka.close();
  }

  /// On the same ports: for clients, the same node comes back.
  private static void restart() throws Exception {
    gateway.close();
    gateway = Gateway.start(ConfigLoader.parse(yaml, Map.of(), Map.of()));
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

  private static Path js() throws Exception {
    Path folder = SDK.resolve("js");
    if (!Files.isDirectory(folder.resolve("node_modules"))) {
      prepare("npm", "npm", "ci", "--no-audit", "--no-fund", "--prefix", folder.toString());
    }
    return folder;
  }

  private static Map<String, List<String>> jsColumns() throws Exception {
    String program = js().resolve("matrix.mjs").toString();
    Map<String, List<String>> columns = new LinkedHashMap<>();
    for (String column : JS_COLUMNS) {
      List<String> command = new ArrayList<>(List.of("node", program));
      command.addAll(List.of("http://" + edge(), api(), KEY, SECRET));
      command.addAll(List.of(column.split(" ", 2)));
      columns.put(column, command);
    }
    return columns;
  }

  @Test
  void javaScriptDoesEverythingOverEveryTransport() throws Exception {
    check(NPM_NODE, jsColumns(), Map.of(), JS_BEHAVIOURS);
  }

  @Test
  @Tag("full")
  void javaScriptGoesOnWhenTokensRunOutAndWhenTheNodeIsRestarted() throws Exception {
    check(NPM_NODE, jsColumns(), Map.of("ONLY", String.join(",", SLOW)), SLOW.size());
  }

  @Test
  void aBrowserOfAnotherOriginHearsAndComesBackOverEveryTransport() throws Exception {
    browse("&only=" + QUICK, QUICK.split(",", -1).length);
  }

  @Test
  @Tag("full")
  void aBrowserOfAnotherOriginDoesEverythingOverEveryTransport() throws Exception {
    browse("&full=yes", JS_BEHAVIOURS + SLOW.size());
  }

  /// All transports at once, a page for each.
  private static void browse(String query, int behaviours) throws Exception {
    List<String> command = new ArrayList<>(List.of("node", js().resolve("host.mjs").toString()));
    command.addAll(List.of("http://" + edge(), api(), KEY, SECRET));
    try (RunningCommand host = RunningCommand.start(NAME + "/host", Map.of(), command)) {
      URI home = URI.create(host.awaitOut(LIMIT, line -> line.startsWith("http://")));
      Map<String, Page> pages = new LinkedHashMap<>();
      try (Chromium browser = Chromium.open(home.resolve("/blank"))) {
        for (String column : JS_COLUMNS) {
          String[] words = column.split(" ", 2);
          String address = "/?transport=%s&encoding=%s".formatted(words[0], words[1]) + query;
          pages.put(column, browser.another(home.resolve(address.replace(" ", "%20"))));
        }
        if (query.contains("full")) {
          for (Page page : pages.values()) {
            page.locator("#lines").getByText(RESTART_NOW).waitFor(inMs(LIMIT));
          }
          restart();
        }
        Map<String, List<String>> outcomes = new LinkedHashMap<>();
        for (Map.Entry<String, Page> each : pages.entrySet()) {
          each.getValue().locator("body[data-ended]").waitFor(inMs(LIMIT));
          outcomes.put(
              each.getKey(), each.getValue().locator("#lines").textContent().lines().toList());
        }
        assess(NPM_BROWSER, outcomes, behaviours);
      }
    }
  }

  private static Locator.WaitForOptions inMs(Duration limit) {
    return new Locator.WaitForOptions().setTimeout((double) limit.toMillis());
  }

  @Test
  @Tag("full")
  void goDoesTheSame(@TempDir Path folder) throws Exception {
    if (!runs("go-version", "go", "version")) {
      for (String column : List.of("websocket json", "websocket protobuf")) {
        matrix.fill(GO + column, "there is no Go on this machine");
      }
      return;
    }
    String program = folder.resolve("matrix").toString();
    prepare("go-build", "go", "build", "-C", SDK.resolve("go").toString(), "-o", program, ".");
    Map<String, List<String>> columns = new LinkedHashMap<>();
    for (String encoding : List.of("json", "protobuf")) {
      columns.put("websocket " + encoding, List.of(program, edge(), api(), KEY, SECRET, encoding));
    }
    check(GO, columns, Map.of(), 10);
  }

  @Test
  @Tag("full")
  void pythonDoesTheSame(@TempDir Path folder) throws Exception {
    if (!runs("python-venv", "python3", "-m", "venv", folder.toString())) {
      for (String column : List.of("websocket json", "websocket protobuf")) {
        matrix.fill(PYTHON + column, "there is no Python with venv on this machine");
      }
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
    check(PYTHON, columns, Map.of(), 9);
  }

  /// Runs all columns at once.
  ///
  /// @param columns commands by transport and encoding
  /// @param behaviours how many each has
  private static void check(
      String sdk,
      Map<String, List<String>> columns,
      Map<String, String> environment,
      int behaviours)
      throws Exception {
    Map<String, RunningCommand> running = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, List<String>> column : columns.entrySet()) {
        String name = (sdk + column.getKey()).replaceAll("[^a-z]+", "-");
        running.put(
            column.getKey(),
            RunningCommand.start(NAME + "/" + name, environment, column.getValue()));
      }
      if (environment.containsKey("ONLY")) {
        running.values().forEach(each -> each.awaitOut(LIMIT, RESTART_NOW::equals));
        restart();
      }
      Map<String, List<String>> outcomes = new LinkedHashMap<>();
      for (Map.Entry<String, RunningCommand> each : running.entrySet()) {
        each.getValue().awaitExit(LIMIT);
        outcomes.put(each.getKey(), each.getValue().out());
      }
      assess(sdk, outcomes, behaviours);
      running.values().forEach(each -> assertThat(each.handle().isAlive()).isFalse());
    } finally {
      running.values().forEach(RunningCommand::close);
    }
  }

  private static void assess(String sdk, Map<String, List<String>> outcomes, int behaviours) {
    outcomes.forEach((column, lines) -> {
      for (String line : lines) {
        if (line.startsWith(OK)) {
          matrix.ok(line.substring(OK.length()), sdk + column);
        } else if (line.startsWith(FAILED)) {
          matrix.failed(line.substring(FAILED.length()).split(":", 2)[0], sdk + column);
        }
      }
      if (sdk.equals(GO) || sdk.equals(PYTHON)) {
        matrix.fill(sdk + column, JS_ONLY);
      }
    });
    assertThat(outcomes)
        .allSatisfy((column, lines) -> {
          List<String> told = lines.stream().filter(line -> !line.equals(RESTART_NOW)).toList();
          assertThat(told).as(column).hasSize(behaviours).allMatch(line -> line.startsWith(OK));
        });
  }
}
