package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// Holds what is watched (`deploy/monitoring`) and what a node shows at `/metrics` together.
final class WatchedMetricsTest {
  private static final Path ROOT = Path.of(System.getProperty("sluice.root"));
  private static final Path MONITORING = ROOT.resolve("deploy/monitoring");
  private static final Pattern NAME =
      Pattern.compile("\\b(?:sluice|jvm|process|system)_[a-z0-9_]+");

  /// Shown by nodes that keep newest values only.
  private static final Set<String> RARE = Set.of("sluice_last_values_dropped_total");

  @Test
  void everyMetricOfAlertsAndDashboardIsOneThatANodeShows() throws Exception {
    Set<String> watched = watched();
    assertThat(watched).hasSizeGreaterThan(50).containsAll(RARE);
    Set<String> common = new TreeSet<>(watched);
    common.removeAll(RARE);
    try (Gateway gateway = TestStack.node("watched", Map.of());
        TestClient client = TestClient.connected(gateway, "ann")) {
      EdgeProbe api = new EdgeProbe(gateway.apiPort());
      client.subscribe("news");
      client.command("publish", "{\"channel\":\"news\",\"data\":{}}");
      TestStack.produceKeyless("watched.text", "a dead letter");
      assertThat(disconnect(api, "bob")).startsWith("HTTP/1.1 200");
      System.gc(); // a pause to show
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(shown(api)).containsAll(common));
    }
  }

  @Test
  void rareOnesAreCountersInTheCode() throws IOException {
    String code = sources();
    assertThat(RARE)
        .allSatisfy(name ->
            assertThat(code)
                .contains('"' + name.replaceFirst("_total$", "").replace('_', '.') + '"'));
  }

  private static String disconnect(EdgeProbe api, String user) throws IOException {
    String body = "{\"user\":\"" + user + "\"}";
    return api.exchange(
        "POST /api/disconnect HTTP/1.1\r\nHost: node\r\nX-API-Key: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
            .formatted(TestStack.API_KEY, body.length(), body));
  }

  /// Names of samples.
  private static Set<String> shown(EdgeProbe api) throws IOException {
    return api.get("/metrics")
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("[{ ]", 2)[0])
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> watched() throws IOException {
    Set<String> names = new TreeSet<>();
    for (String expression : expressions()) {
      NAME.matcher(expression).results().forEach(found -> names.add(found.group()));
    }
    return names;
  }

  private static List<String> expressions() throws IOException {
    ObjectMapper json = new ObjectMapper();
    Object alerts =
        new Yaml(new SafeConstructor(new LoaderOptions()))
            .load(Files.readString(MONITORING.resolve("alerts.yaml")));
    var dashboard = json.readTree(MONITORING.resolve("dashboard.json").toFile());
    return Stream.of(
            json.valueToTree(alerts).findValuesAsText("expr"),
            dashboard.path("panels").findValuesAsText("expr"),
            List.of(
                dashboard.path("templating").toString(), dashboard.path("annotations").toString()))
        .flatMap(List::stream)
        .toList();
  }

  private static String sources() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String module : List.of("broker-bridge", "session-store", "gateway")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
        for (Path file : files.filter(it -> it.toString().endsWith(".java")).toList()) {
          all.append(Files.readString(file));
        }
      }
    }
    return all.toString();
  }
}
