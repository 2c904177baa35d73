package io.sluice.gateway.api;

import io.helidon.http.Status;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sluice.gateway.logs.AccessLog;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;

/// Counts and times every request by its route, one of a fixed set, and status, and writes it to
/// the access log, without its query string, which may hold secrets. Probes of health are only
/// counted, and so are answered scrapes.
final class Requests implements Filter {
  private static final String COMMANDS = "commands";
  private static final String RESOURCES = "resources";
  private static final String HEALTH = "health";
  private static final String CONSOLE = "console";
  private static final String METRICS = "metrics";
  private static final String OTHER = "other";

  private final MeterProvider<Timer> requests;
  private final ApiKey key;

  /// @param key whose name the access log writes, never itself
  Requests(MeterRegistry metrics, ApiKey key) {
    this.key = key;
    requests =
        Timer.builder("sluice.api.requests")
            .description("Requests to the API port answered, and how long each took")
            .withRegistry(metrics);
    Stream.concat(
            Stream.of(COMMANDS, RESOURCES, HEALTH, CONSOLE, METRICS, OTHER),
            Arrays.stream(Method.values()).map(method -> method.text))
        .forEach(route -> requests(route, 200)); // from the start
  }

  private Timer requests(String route, int status) {
    return requests.withTags("route", route, "status", Integer.toString(status));
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    long start = System.nanoTime();
    String path = request.prologue().uriPath().rawPath();
    response.whenSent(() -> {
      int status = response.status().code();
      long took = System.nanoTime() - start;
      String route = route(path);
      requests(route, status).record(Duration.ofNanos(took));
      if (isWrittenDown(route, status) && AccessLog.isWantedWith(status)) {
        AccessLog.request(
            status,
            request.prologue().method().text(),
            path,
            took,
            key.nameOfOne(request.headers()).orElse(""),
            address(request.remotePeer().address()));
      }
    });
    chain.proceed();
  }

  private static String address(SocketAddress peer) {
    return peer instanceof InetSocketAddress from && from.getAddress() != null
        ? from.getAddress().getHostAddress()
        : "";
  }

  private static boolean isWrittenDown(String route, int status) {
    return !route.equals(HEALTH) && !(route.equals(METRICS) && status == Status.OK_200.code());
  }

  private static String route(String path) {
    if (path.equals("/api")) {
      return COMMANDS;
    }
    if (path.startsWith(Resources.PATH + "/")) {
      return RESOURCES;
    }
    if (path.startsWith("/api/")) {
      return Method.named(path.substring("/api/".length()))
          .map(method -> method.text)
          .orElse(OTHER);
    }
    if (path.equals(HealthPages.PATH) || path.startsWith(HealthPages.PATH + "/")) {
      return HEALTH;
    }
    if (path.startsWith("/console")) {
      return CONSOLE;
    }
    return path.equals("/metrics") ? METRICS : OTHER;
  }
}
