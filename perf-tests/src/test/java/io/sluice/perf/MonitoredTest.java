package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Two nodes that a real Prometheus watches as the shipped configuration and alerts have it.
@Tag("full")
@ExtendWith(Sluice.class)
final class MonitoredTest {
  private static final String NAME = MonitoredTest.class.getSimpleName();
  private static final Path DASHBOARD = AlertRules.FOLDER.resolve("dashboard.json");
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /// These say how busy the machine is, and for a minute how busy it was.
  private static final String OF_THE_MACHINE = "SluiceShedding|SluiceLoopsLate";

  /// Prometheus' own, which is there while an alert is.
  private static final Set<String> LATER = Set.of("ALERTS");

  @Test
  @Timeout(180)
  void prometheusScrapesNodesWorksOutAllAlertsAndSeesOneThatDies(@TempDir Path data)
      throws Exception {
    Path nodes = data.resolve("nodes");
    try (RunningUp up = RunningUp.start(NAME, RunningUp.Ports.free(2), 2, "--data=" + nodes);
        RunningPrometheus prometheus =
            RunningPrometheus.start(
                NAME,
                data.resolve("prometheus"),
                up.nodes().stream().map(node -> node.api().getAuthority()).toList())) {
      prometheus.await("count (up{job=\"sluice\"} == 1) == 2");
      prometheus.await("count (sluice_ready{job=\"sluice\"} == 1) == 2");
      prometheus.await("min (sluice_nodes) == 2");
      publish(up, "news", "{\"n\":1}");
      prometheus.await("sum (sluice_publishes_seconds_count{outcome=\"acknowledged\"}) >= 1");

      Eventually.so(
          LIMIT,
          () -> prometheus.rules().stream().noneMatch(it -> isHealth(it, "unknown")),
          () -> prometheus.rules().toString());
      assertThat(prometheus.rules())
          .allSatisfy(rule -> assertThat(isHealth(rule, "ok")).as(rule.toString()).isTrue())
          .extracting(rule -> rule.path("name").asText())
          .containsExactlyInAnyOrderElementsOf(AlertRules.names());
      prometheus.await("absent (ALERTS{alertname!~\"%s\"})".formatted(OF_THE_MACHINE));

      SortedSet<String> selectors = Selectors.of(expressions(), LATER);
      assertThat(selectors)
          .contains("sluice_health{check=\"kafka\",state=~\"degraded\"}") // of an alert
          .contains("sluice_memory_used_bytes{part=\"buffers\"}") // of a panel
          .hasSizeGreaterThan(25);
      assertThat(
              selectors.stream()
                  .filter(it -> prometheus.query("count (" + it + ")").isEmpty())
                  .toList())
          .as("asked for by an alert or a panel, and not there before anything happens")
          .isEmpty();

      up.killNode(1);
      String dead = up.nodes().get(1).api().getAuthority();
      prometheus.await("ALERTS{alertname=\"SluiceNodeDown\",instance=\"%s\"}".formatted(dead));
      prometheus.await("ALERTS{alertname=\"SluiceTooFewNodesReady\"}");
      prometheus.await("absent (ALERTS{alertname=\"SluiceNoNodeReady\"})");
    }
  }

  /// Through a node, where `./sluice publish` goes to Kafka.
  private static void publish(RunningUp up, String channel, String data) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(up.node().api().resolve("/api/publish"))
            .header("X-API-Key", up.apiKey())
            .POST(
                BodyPublishers.ofString(
                    "{\"channel\":\"%s\",\"data\":%s}".formatted(channel, data)))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      assertThat(http.send(request, BodyHandlers.ofString()).body()).contains("\"result\"");
    }
  }

  private static List<String> expressions() throws IOException {
    List<String> all = new ArrayList<>();
    AlertRules.all().forEach(rule -> all.add(rule.path("expr").asText()));
    all.addAll(new ObjectMapper().readTree(DASHBOARD.toFile()).findValuesAsText("expr"));
    return all;
  }

  private static boolean isHealth(JsonNode rule, String health) {
    return rule.path("health").asText().equals(health);
  }
}
