package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What helm makes of the chart's autoscaling and monitoring, and of the guide's example.
@Tag("full")
final class RenderedScalingTest {
  private static final String NAME = RenderedScalingTest.class.getSimpleName();
  private static final Path GUIDE = Sluice.ROOT.resolve("deploy/docs/kubernetes.md");
  private static final String HPA = "HorizontalPodAutoscaler";
  private static final String KEDA = "ScaledObject";
  private static final String BY_HPA = "autoscaling: {mode: hpa}\n";
  private static final String BY_KEDA = "autoscaling: {mode: keda}\n";

  @TempDir private static Path secrets;

  private static Helm helm;

  @BeforeAll
  static void find() throws Exception {
    helm = Helm.find(NAME);
  }

  @Test
  void nobodyScalesUnlessAskedAndNeverTwo() throws Exception {
    assertThat(helm.render("").kinds()).doesNotContain(HPA, KEDA);
    assertThat(helm.render(BY_HPA).kinds()).contains(HPA).doesNotContain(KEDA);
    assertThat(helm.render(BY_KEDA).kinds()).contains(KEDA).doesNotContain(HPA);
  }

  @Test
  void whoScalesSaysHowManyAndConnectionsDoNotGrowOld() throws Exception {
    for (String values : List.of(BY_HPA, BY_KEDA)) {
      Rendered rendered = helm.render(values);
      assertThat(rendered.one("Deployment").path("spec").has("replicas")).isFalse();
      assertThat(rendered.sluiceYaml()).contains("max-connection-age: 1h");
    }
    assertThat(helm.render(BY_HPA + "connectionAge: 20m\n").sluiceYaml())
        .contains("max-connection-age: 20m");
    assertThat(helm.render("").sluiceYaml()).contains("max-connection-age: 0s");
  }

  @Test
  void theAutoscalerLooksAtCpuConnectionsOutboxesAndLag() throws Exception {
    JsonNode spec = helm.render(BY_HPA).one(HPA).path("spec");
    assertThat(spec.path("minReplicas").asInt()).isEqualTo(3);
    assertThat(spec.path("maxReplicas").asInt()).isEqualTo(20);
    assertThat(spec.at("/scaleTargetRef/name").asText()).isEqualTo("web-sluice");
    Map<String, String> targets = new TreeMap<>();
    for (JsonNode metric : spec.path("metrics")) {
      if (metric.path("type").asText().equals("Resource")) {
        targets.put(
            metric.at("/resource/name").asText(),
            metric.at("/resource/target/averageUtilization").asText() + "%");
      } else {
        targets.put(
            metric.at("/pods/metric/name").asText(),
            metric.at("/pods/target/averageValue").asText());
      }
    }
    assertThat(targets)
        .isEqualTo(
            Map.of(
                "cpu", "70%",
                "sluice_edge_connections", "35000",
                "sluice_edge_outboxes_bytes", "64Mi",
                "sluice_tailer_late_seconds", "20"));
  }

  @Test
  void kedaAsksPrometheusForTheSame() throws Exception {
    JsonNode spec = helm.render(BY_KEDA + "monitoring: {job: front}\n").one(KEDA).path("spec");
    assertThat(spec.path("minReplicaCount").asInt()).isEqualTo(3);
    assertThat(spec.path("maxReplicaCount").asInt()).isEqualTo(20);
    assertThat(spec.at("/scaleTargetRef/name").asText()).isEqualTo("web-sluice");
    Map<String, String> thresholds = new TreeMap<>();
    StringBuilder rules = new StringBuilder("groups:\n  - name: keda\n    rules:\n");
    for (JsonNode trigger : spec.path("triggers")) {
      JsonNode metadata = trigger.path("metadata");
      if (trigger.path("type").asText().equals("cpu")) {
        assertThat(trigger.path("metricType").asText()).isEqualTo("Utilization");
        thresholds.put("cpu", metadata.path("value").asText());
      } else {
        assertThat(trigger.path("type").asText()).isEqualTo("prometheus");
        assertThat(metadata.path("serverAddress").asText()).startsWith("http://");
        assertThat(metadata.path("ignoreNullValues").asText())
            .as("nothing known is not nothing there")
            .isEqualTo("false");
        String query = metadata.path("query").asText();
        assertThat(query).contains("{job=\"front\"}");
        rules.append("      - record: keda:metric\n        expr: '").append(query).append("'\n");
        thresholds.put(trigger.path("name").asText(), metadata.path("threshold").asText());
      }
    }
    assertThat(thresholds)
        .isEqualTo(
            Map.of(
                "cpu", "70", "connections", "35000", "outboxes", "67108864", "tailer-late", "20"));
    Path file = RunningCommand.output(NAME + "/keda-rules.yaml");
    Files.writeString(file, rules);
    Promtool.passes(NAME + "/rules", List.of("check", "rules", file.toString()));
  }

  /// It is late by as much as there was in Kafka, and would have more nodes started, which are,
  /// too.
  @Test
  void aNodeThatStartsIsNotLateForKeda() throws Exception {
    JsonNode spec = helm.render(BY_KEDA + "monitoring: {job: front}\n").one(KEDA).path("spec");
    List<String> queries =
        spec.path("triggers")
            .valueStream()
            .filter(trigger -> trigger.path("name").asText().equals("tailer-late"))
            .map(trigger -> trigger.at("/metadata/query").asText())
            .toList();
    assertThat(queries).hasSize(1);
    ScalingQuery.gives(NAME + "/late", queries.getFirst(), Map.of("{}", 4));
  }

  @Test
  void nodesLeaveNoFasterThanTheyCan() throws Exception {
    String slowly = "drain: {duration: 10m}\n";
    for (String values : List.of(BY_HPA, BY_HPA + slowly, BY_KEDA, BY_KEDA + slowly)) {
      Rendered rendered = helm.render(values);
      JsonNode behavior =
          values.startsWith(BY_HPA)
              ? rendered.one(HPA).at("/spec/behavior")
              : rendered.one(KEDA).at("/spec/advanced/horizontalPodAutoscalerConfig/behavior");
      JsonNode leaving = behavior.path("scaleDown");
      assertThat(leaving.path("stabilizationWindowSeconds").asInt()).isEqualTo(600);
      assertThat(leaving.path("policies")).hasSize(1);
      assertThat(leaving.at("/policies/0/type").asText()).isEqualTo("Pods");
      assertThat(leaving.at("/policies/0/value").asInt()).isEqualTo(1);
      assertThat(leaving.at("/policies/0/periodSeconds").asInt())
          .isBetween(
              Math.max(300, rendered.pod().path("terminationGracePeriodSeconds").asInt()), 1_800);
      assertThat(behavior.at("/scaleUp/policies/0/value").asInt()).isEqualTo(2);
    }
  }

  @Test
  void prometheusFindsNodesAndKeepsTheirNamespaces() throws Exception {
    Rendered rendered = helm.render("monitoring: {job: front, serviceMonitor: {enabled: true}}\n");
    JsonNode spec = rendered.one("ServiceMonitor").path("spec");
    List<JsonNode> found =
        rendered.ofKind("Service").stream()
            .filter(service -> isSelected(spec.at("/selector/matchLabels"), service))
            .toList();
    assertThat(found).as("no node is asked twice").hasSize(1);
    JsonNode service = found.getFirst();
    assertThat(service.at("/metadata/name").asText()).isEqualTo("web-sluice-metrics");
    assertThat(service.at("/metadata/labels").path(spec.path("jobLabel").asText()).asText())
        .isEqualTo("front");
    JsonNode port = service.at("/spec/ports/0");
    assertThat(port.path("name").asText()).isEqualTo(spec.at("/endpoints/0/port").asText());
    assertThat(port.path("targetPort").asText()).isEqualTo("api");
    JsonNode relabelings = spec.at("/endpoints/0/relabelings");
    assertThat(relabelings.path(0).path("targetLabel").asText()).isEqualTo("kubernetes_namespace");
    assertThat(relabelings.path(1).path("action").asText()).isEqualTo("labeldrop");
    assertThat(relabelings.path(1).path("regex").asText()).isEqualTo("namespace");
  }

  private static boolean isSelected(JsonNode matchLabels, JsonNode service) {
    JsonNode labels = service.at("/metadata/labels");
    return matchLabels.properties().stream()
        .allMatch(label -> label.getValue().equals(labels.path(label.getKey())));
  }

  /// Kubernetes takes a pod that ends out of other Services: what it tells while it leaves would be
  /// lost.
  @Test
  void aNodeThatLeavesIsStillAskedButGetsNoClients() throws Exception {
    Rendered rendered = helm.render("");
    JsonNode metrics = rendered.named("Service", "web-sluice-metrics").path("spec");
    assertThat(metrics.path("publishNotReadyAddresses").asBoolean()).isTrue();
    assertThat(metrics.path("clusterIP").asText()).isEqualTo("None");
    for (String others : List.of("web-sluice", "web-sluice-api")) {
      JsonNode spec = rendered.named("Service", others).path("spec");
      assertThat(spec.has("publishNotReadyAddresses")).as(others).isFalse();
      assertThat(spec.path("selector")).isEqualTo(metrics.path("selector"));
    }
  }

  @Test
  void alertsAreThoseThatAreShippedForThisJob() throws Exception {
    JsonNode rules =
        helm.render("monitoring: {job: front, rules: {enabled: true, runbooks: 'https://x/'}}\n")
            .one("PrometheusRule")
            .path("spec");
    String text =
        new ObjectMapper()
            .writeValueAsString(rules)
            .replace("https://x/", "")
            .replace("job=\\\"front\\\"", "job=\\\"sluice\\\"")
            .replace("\"job\":\"front\"", "\"job\":\"sluice\"");
    assertThat(text).doesNotContain("front").contains("job=\\\"sluice\\\"", "\"job\":\"sluice\"");
    assertThat(new ObjectMapper().readTree(text)).isEqualTo(AlertRules.read(AlertRules.FILE));
  }

  @Test
  void theDashboardIsTheOneThatIsShipped() throws Exception {
    Rendered rendered = helm.render("monitoring: {dashboard: {enabled: true}}\n");
    JsonNode made = rendered.named("ConfigMap", "web-sluice-dashboard");
    assertThat(made.at("/metadata/labels/grafana_dashboard").asText()).isEqualTo("1");
    ObjectMapper json = new ObjectMapper();
    assertThat(json.readTree(made.at("/data/sluice.json").asText()))
        .isEqualTo(json.readTree(AlertRules.FOLDER.resolve("dashboard.json").toFile()));
  }

  @Test
  void theGuidesExampleIsGood() throws Exception {
    List<String> examples =
        Stream.of(Files.readString(GUIDE).split("```", -1))
            .filter(block -> block.startsWith("yaml\n# values.yaml"))
            .map(block -> block.substring("yaml\n".length()))
            .toList();
    assertThat(examples).isNotEmpty();
    for (String example : examples) {
      Rendered rendered = helm.render(example);
      rendered.all().forEach(KubernetesTypes::read);
      assertThat(rendered.config(secrets).namespaces()).containsOnlyKeys("orders");
      Helm.Answer lint = helm.lint(example);
      assertThat(lint.exit()).as(lint::toString).isZero();
    }
  }

  /// Those that are added to the example.
  @Test
  void theGuidesOtherValuesAreGood() throws Exception {
    List<String> examples =
        Stream.of(Files.readString(GUIDE).split("```", -1))
            .filter(block -> block.startsWith("yaml\n# also in values.yaml"))
            .map(block -> block.substring("yaml\n".length()))
            .toList();
    assertThat(examples).isNotEmpty();
    for (String example : examples) {
      helm.render(example).all().forEach(KubernetesTypes::read);
    }
  }
}
