package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.embedded.EmbeddedKafka;
import io.sluice.embedded.EmbeddedRedis;
import io.sluice.embedded.FreePorts;
import io.sluice.gateway.Gateway;
import io.sluice.gateway.auth.TokenSigner;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.GatewayConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real SDKs of the HTTP API, as they are: what a service does with them. The programs lie in
/// `src/test/sdk`. Where there is no toolchain, nothing is tried, and that is printed.
@Tag("full")
final class ServerSdkTest {
  private static final String NAME = ServerSdkTest.class.getSimpleName();
  private static final Path SDK = Sluice.ROOT.resolve("perf-tests/src/test/sdk");
  private static final String KEY = "sdk-key";

  /// Fetching an SDK, and compiling it.
  private static final Duration PREPARING = Duration.ofMinutes(3);

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static EmbeddedKafka kafka;
  private static EmbeddedRedis redis;
  private static GatewayConfig config;
  private static Gateway gateway;

  @BeforeAll
  static void start() throws Exception {
    kafka = EmbeddedKafka.builder().start();
    redis = EmbeddedRedis.builder().start();
    String yaml =
        """
        edge: {host: 127.0.0.1, port: %d, max-connections: 1000, max-pending: 2000, outboxes: 32MiB}
        api: {host: 127.0.0.1, port: %d, key: %s}
        kafka: {bootstrap-servers: '%s', create-topics: true, partitions: 4}
        redis: {uri: '%s'}
        tokens: {hmac-secret: 'a secret of at least thirty-two bytes'}
        drain: {announce: 0s, duration: 3s}
        namespaces:
          default: {topic: sluice.sdk, subscribe: nobody}
        """
            .formatted(
                FreePorts.next(), FreePorts.next(), KEY, kafka.bootstrapServers(), redis.uri());
    config = ConfigLoader.parse(yaml, Map.of(), Map.of());
    gateway = Gateway.start(config);
  }

  @AfterAll
  static void stop() {
    gateway.close();
    redis.close();
    kafka.close();
  }

  private static boolean runs(String name, String... command) throws InterruptedException {
    try (RunningCommand running =
        RunningCommand.start(NAME + "/" + name, Map.of(), List.of(command))) {
      return running.awaitExit(PREPARING) == 0;
    } catch (IOException _) {
      return false; // there is no such program
    }
  }

  @Test
  void thePythonSdkDoesWhatItsMethodsSay(@TempDir Path folder) throws Exception {
    if (!runs("python-venv", "python3", "-m", "venv", folder.toString())) {
      System.out.println("cent: there is no Python with venv on this machine");
      return;
    }
    String python = folder.resolve("bin/python").toString();
    String wanted = SDK.resolve("server-python/requirements.txt").toString();
    assertThat(runs("pip", python, "-m", "pip", "install", "--quiet", "-r", wanted)).isTrue();
    check("cent", 11, List.of(python, SDK.resolve("server-python/methods.py").toString()));
  }

  @Test
  void theGoSdkDoesWhatItsMethodsSay(@TempDir Path folder) throws Exception {
    if (!runs("go-version", "go", "version")) {
      System.out.println("gocent: there is no Go on this machine");
      return;
    }
    String program = folder.resolve("methods").toString();
    String source = SDK.resolve("server-go").toString();
    assertThat(runs("go-build", "go", "build", "-C", source, "-o", program, ".")).isTrue();
    check("gocent", 10, List.of(program));
  }

  private static void check(String user, int methods, List<String> program) throws Exception {
    CompletableFuture<String> closed = connect(user);
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of("http://127.0.0.1:" + gateway.apiPort() + "/api", KEY, user, user));
    try (RunningCommand running = RunningCommand.start(NAME + "/" + user, Map.of(), command)) {
      assertThat(running.awaitExit(LIMIT)).as(running::toString).isZero();
      assertThat(running.out()).hasSize(methods).allMatch(line -> line.startsWith("ok "));
      System.out.println(user + ": " + String.join(", ", running.out()));
    }
    assertThat(closed).succeedsWithin(LIMIT).isEqualTo("4321 by a service");
  }

  /// A connection of a user.
  ///
  /// @return how it ends, once it has
  private static CompletableFuture<String> connect(String user) throws Exception {
    CompletableFuture<String> closed = new CompletableFuture<>();
    CompletableFuture<Void> connected = new CompletableFuture<>();
    WebSocket.Listener listener =
        new WebSocket.Listener() {
          @Override
          public @Nullable CompletionStage<?> onText(
              WebSocket from, CharSequence data, boolean last) {
            connected.complete(null);
            from.request(1);
            return null;
          }

          @Override
          public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.complete(code + " " + reason);
            return null;
          }
        };
    URI edge = URI.create("ws://127.0.0.1:" + gateway.edgePort() + "/connection/websocket");
    WebSocket socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(edge, listener)
            .get(10, TimeUnit.SECONDS);
    String token =
        new TokenSigner(config.tokens(), Clock.systemUTC())
            .sign(user, Duration.ofMinutes(5), List.of());
    socket
        .sendText("{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}", true)
        .get(10, TimeUnit.SECONDS);
    connected.get(10, TimeUnit.SECONDS);
    return closed;
  }
}
