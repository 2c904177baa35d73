package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.sluice.embedded.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// A real Prometheus with the configuration and the alerts that are shipped. Only addresses and the
/// interval are this test's own.
final class RunningPrometheus implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RunningCommand command;
  private final URI base;

  private RunningPrometheus(RunningCommand command, URI base) {
    this.command = command;
    this.base = base;
  }

  /// Starts it and waits until it answers.
  ///
  /// @param data an empty folder
  /// @param nodes the APIs of two nodes, `host:port`
  static RunningPrometheus start(String name, Path data, List<String> nodes) throws IOException {
    String config = Files.readString(AlertRules.FOLDER.resolve("prometheus.yaml"));
    config = replaced(config, "scrape_interval: 15s", "scrape_interval: 1s");
    config = replaced(config, "evaluation_interval: 15s", "evaluation_interval: 1s");
    config = replaced(config, "- alerts.yaml", "- " + AlertRules.FILE);
    config = replaced(config, "127.0.0.1:9000", nodes.get(0));
    config = replaced(config, "127.0.0.1:9001", nodes.get(1));
    Path file = RunningCommand.output(name + "/prometheus.yaml");
    Files.writeString(file, config);
    String address = "127.0.0.1:" + FreePorts.next();
    RunningCommand started =
        RunningCommand.start(
            name + "/prometheus",
            Map.of(),
            List.of(
                Promtool.executable("prometheus"),
                "--config.file=" + file,
                "--storage.tsdb.path=" + data,
                "--web.listen-address=" + address));
    var prometheus = new RunningPrometheus(started, URI.create("http://" + address));
    try {
      Eventually.so(LIMIT, () -> !prometheus.get("/api/v1/rules").isEmpty(), started::toString);
    } catch (RuntimeException | Error e) {
      started.close();
      throw e;
    }
    return prometheus;
  }

  private static String replaced(String config, String text, String by) {
    assertThat(config).contains(text);
    return config.replace(text, by);
  }

  /// What an expression is now: objects with `metric` and `value`.
  JsonNode query(String expression) {
    String query = URLEncoder.encode(expression, StandardCharsets.UTF_8);
    return get("/api/v1/query?query=" + query).path("data").path("result");
  }

  /// Waits until an expression is something.
  void await(String expression) {
    Eventually.so(
        LIMIT, () -> !query(expression).isEmpty(), () -> "%s; %s".formatted(expression, this));
  }

  /// All rules: objects with `name`, `health` and `lastError`.
  List<JsonNode> rules() {
    return get("/api/v1/rules").path("data").findParents("health");
  }

  private JsonNode get(String path) {
    HttpRequest request = HttpRequest.newBuilder(base.resolve(path)).build();
    try {
      HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString());
      return answer.statusCode() == 200 ? JSON.readTree(answer.body()) : MissingNode.getInstance();
    } catch (ConnectException _) {
      return MissingNode.getInstance(); // it does not listen yet
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    command.close();
  }

  @Override
  public String toString() {
    return command.toString();
  }
}
