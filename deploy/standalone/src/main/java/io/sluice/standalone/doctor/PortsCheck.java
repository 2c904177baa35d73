package io.sluice.standalone.doctor;

import io.sluice.gateway.config.GatewayConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Whether a node could listen where its configuration says, or runs there already. Binds each port
/// for a moment.
///
/// @param config the node's
record PortsCheck(GatewayConfig config) implements Check {
  private static final Duration ANSWER = Duration.ofSeconds(2);

  /// What every health page of a node begins with.
  private static final String HEALTH = "{\"status\":\"";

  @Override
  public String name() {
    return CheckNames.PORTS;
  }

  @Override
  public Set<Part> needs() {
    return Set.of();
  }

  @Override
  public List<Finding> run() throws InterruptedException {
    Optional<String> edge = trouble(config.edge().host(), config.edge().port());
    Optional<String> api = trouble(config.api().host(), config.api().port());
    if (edge.isEmpty() && api.isEmpty()) {
      return List.of(
          Finding.ok(
              name(),
              "edge.port: %d and api.port: %d are free"
                  .formatted(config.edge().port(), config.api().port())));
    }
    if (api.isPresent() && runsHere()) {
      return List.of(
          Finding.ok(
              name(), "a node runs here already, on api.port: %d".formatted(config.api().port())));
    }
    List<Finding> findings = new ArrayList<>();
    edge.ifPresent(why -> findings.add(taken("edge", config.edge().port(), why)));
    api.ifPresent(why -> findings.add(taken("api", config.api().port(), why)));
    return findings;
  }

  private Finding taken(String listener, int port, String why) {
    return Finding.error(
        name(),
        "%s.port: %d cannot be had: %s".formatted(listener, port, why),
        "end what listens there, or change %s.port or %s.host".formatted(listener, listener));
  }

  /// As a node's listeners are made.
  private static Optional<String> trouble(String host, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      InetAddress address = InetAddress.getByName(host);
      socket.bind(new InetSocketAddress(address, port));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /// Asked on this machine, whatever others are told.
  private boolean runsHere() throws InterruptedException {
    URI here = URI.create(config.api().local(config.api().port()) + "/health/live");
    HttpRequest request = HttpRequest.newBuilder(here).timeout(ANSWER).build();
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(ANSWER).build()) {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      return answer.body().startsWith(HEALTH);
    } catch (IOException _) {
      return false; // whoever it is, it is no node
    }
  }
}
