package io.sluice.gateway.api;

import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.gateway.cluster.Questions;
import io.sluice.gateway.config.ApiConfig;
import io.sluice.gateway.config.Namespaces;
import io.sluice.gateway.config.PublishConfig;
import io.sluice.gateway.health.HealthReport;
import io.sluice.gateway.telemetry.RequestSpans;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The private listener. [#start] once, [#close] as often as one likes, by any thread.
public final class ApiServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);

  /// Callers keep connections; a hundred services with ten each.
  private static final int MAX_CONNECTIONS = 1024;

  /// Requests under way get this long to end when the server closes.
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final ApiConfig config;
  private final ApiKey key;
  private final WebServer server;

  /// @param limits of publishes
  /// @param namespaces where channels' names are looked up
  /// @param node does what callers ask for
  /// @param questions what other nodes ask this one
  /// @param health asked for each probe; must not wait
  /// @param metrics shown at `/metrics`
  /// @param traces traces requests; nothing: they are not
  /// @param emulation takes what other nodes bring
  /// @param maxCommands bytes of it at once
  /// @param console asked for each page that connects; only when `api.console` is on
  public ApiServer(
      ApiConfig config,
      PublishConfig limits,
      Namespaces namespaces,
      NodePort node,
      Questions questions,
      Supplier<HealthReport> health,
      PrometheusMeterRegistry metrics,
      Optional<RequestSpans> traces,
      EmulationPage.Taker emulation,
      int maxCommands,
      Supplier<ConsoleSession> console) {
    this.config = config;
    Commands commands = new Commands(node, namespaces, limits.maxPayload());
    key = new ApiKey(config);
    Turns turns = new Turns();
    HttpRouting.Builder routing = HttpRouting.builder().addFilter(new ConnectionClose());
    traces.ifPresent(spans -> routing.addFilter(new RequestTraces(spans)));
    routing
        .addFilter(new Requests(metrics, key))
        .register("/api", new KeyCheck(key, KeyCheck.Refusal.IN_WORDS))
        .register("/internal", new KeyCheck(key, KeyCheck.Refusal.STATUS))
        .get(OpenApiPage.PATH, new OpenApiPage())
        .register(
            Resources.PATH,
            new Resources(resources(namespaces, node, commands), turns, ApiHandler.maxBody(limits)))
        .register("/api", new ApiHandler(commands, limits, turns))
        .register(EmulationPage.PATH, new EmulationPage(emulation, maxCommands))
        .register(Questions.PATH, new QuestionsPage(questions))
        .register(HealthPages.PATH, new HealthPages(health))
        .get("/metrics", new MetricsPage(metrics))
        .error(HttpException.class, ApiServer::refused)
        .error(RuntimeException.class, ApiServer::broken);
    if (config.console()) {
      routing
          .get("/", ApiServer::toConsole)
          .get("/console", ApiServer::toConsole)
          .register("/console", new ConsolePages(console));
    }
    routing.any((_, response) -> response.status(Status.NOT_FOUND_404).send());
    this.server =
        WebServer.builder()
            .host(config.host())
            .port(config.port())
            .featuresDiscoverServices(false)
            .shutdownHook(false)
            .shutdownGracePeriod(GRACE)
            .maxTcpConnections(MAX_CONNECTIONS)
            // Otherwise Nagle's algorithm and delayed acknowledgements add 40 ms to some answers.
            .connectionOptions(options -> options.tcpNoDelay(true))
            .routing(routing)
            .build();
  }

  /// Everything below `/api/v1`.
  static List<Resource> resources(Namespaces namespaces, NodePort node, Commands commands) {
    List<Resource> all = new ArrayList<>();
    all.addAll(new NodePages(node).resources());
    all.addAll(new StatePages(node).resources());
    all.addAll(new LoggerPages().resources());
    all.addAll(new ChannelPages(namespaces, node, commands).resources());
    all.addAll(new UserPages(node.cluster(), namespaces).resources());
    all.addAll(new SessionPages(node.cluster()).resources());
    all.addAll(new DeadLetterPages(node).resources());
    return all;
  }

  /// Listens from now on.
  ///
  /// @throws IOException naming the setting when the address cannot be had
  public void start() throws IOException {
    server.start();
    if (!server.isRunning()) {
      throw new IOException(
          "api.port: cannot listen on %s:%d (%s)"
              .formatted(config.host(), config.port(), whatIsWrong()));
    }
    LOG.info("API listens host={} port={}", config.host(), port());
  }

  /// Helidon writes to the log why it could not start and does not throw, so the address is tried
  /// once more by hand.
  private String whatIsWrong() {
    try (ServerSocket _ =
        new ServerSocket(config.port(), 1, InetAddress.getByName(config.host()))) {
      return "it was taken a moment ago";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /// From now on callers present the key, or the second one, of this.
  public void take(ApiConfig changed) {
    key.take(changed);
  }

  /// The port really listened on; −1 before [#start] and after [#close].
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    if (server.isRunning()) {
      server.stop();
      LOG.info("API closed");
    }
  }

  /// What Helidon itself refuses, such as a body that breaks HTTP's rules.
  private static void refused(
      ServerRequest request, ServerResponse response, HttpException refusal) {
    LOG.debug("request refused status={}", refusal.status().code(), refusal);
    response.status(refusal.status()).send();
  }

  /// An answer without details for what only a mistake of ours can cause.
  private static void broken(
      ServerRequest request, ServerResponse response, RuntimeException failure) {
    String path = request.prologue().uriPath().rawPath();
    LOG.error("request failed path={}", path, failure);
    if (path.startsWith(Resources.PATH + "/")) {
      Problem.send(response, Status.INTERNAL_SERVER_ERROR_500, "a mistake of ours, see the log");
      return;
    }
    Json.send(
        response, Status.INTERNAL_SERVER_ERROR_500, Reply.failure(ErrorCode.INTERNAL, "").toJson());
  }

  private static void toConsole(ServerRequest request, ServerResponse response) {
    response.status(Status.FOUND_302).header(HeaderNames.LOCATION, "/console/").send();
  }
}
