package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The chart's parts agree with each other and with what they come from; without helm.
final class ChartTest {
  private static final String NAME = ChartTest.class.getSimpleName();
  private static final Path GUIDE = Sluice.ROOT.resolve("deploy/docs/kubernetes.md");
  private static final Pattern KEY = Pattern.compile(" *[A-Za-z][A-Za-z0-9.-]*:( .*)?");
  private static final Pattern METRIC = Pattern.compile("\\bsluice_[a-z0-9_]+");
  private static final Pattern ABOVE = Pattern.compile("> (\\d+)");
  private static final Pattern IN_TABLE =
      Pattern.compile("^\\| `([A-Za-z0-9.]+)`", Pattern.MULTILINE);

  private static JsonNode values() throws IOException {
    return AlertRules.read(Helm.CHART.resolve("values.yaml"));
  }

  @Test
  void everyValueIsExplainedAboveIt() throws Exception {
    List<String> lines = Files.readAllLines(Helm.CHART.resolve("values.yaml"));
    int keys = 0;
    for (int i = 1; i < lines.size(); i++) {
      if (KEY.matcher(lines.get(i)).matches()) {
        keys++;
        assertThat(lines.get(i - 1)).as("above " + lines.get(i)).matches(" *# \\S.*");
      }
    }
    assertThat(keys).isGreaterThan(50);
  }

  @Test
  void theSchemaHasEveryValueAndNoOther() throws Exception {
    JsonNode schema =
        new ObjectMapper().readTree(Helm.CHART.resolve("values.schema.json").toFile());
    assertThat(closed(schema)).isTrue();
    assertSameKeys("", values(), schema);
  }

  private static boolean closed(JsonNode schema) {
    JsonNode others = schema.path("additionalProperties");
    return others.isBoolean() && !others.asBoolean();
  }

  private static void assertSameKeys(String path, JsonNode values, JsonNode schema) {
    JsonNode properties = schema.path("properties");
    Set<String> allowed = names(properties);
    allowed.remove("global"); // Helm's own
    assertThat(names(values)).as("values below '%s'", path).isEqualTo(allowed);
    for (String name : names(values)) {
      if (closed(properties.path(name))) {
        assertSameKeys(path + name + ".", values.path(name), properties.path(name));
      }
    }
  }

  private static Set<String> names(JsonNode object) {
    return object.properties().stream()
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void theReadmeNamesValuesThatThereAre() throws Exception {
    String readme = Files.readString(Helm.CHART.resolve("README.md"));
    List<String> named = IN_TABLE.matcher(readme).results().map(found -> found.group(1)).toList();
    assertThat(named).hasSizeGreaterThan(10);
    JsonNode values = values();
    assertThat(named)
        .allSatisfy(name ->
            assertThat(values.at("/" + name.replace('.', '/')).isMissingNode()).as(name).isFalse());
  }

  @Test
  void nodesLeaveAsTheirOwnDefaultsSay() throws Exception {
    JsonNode defaults = AlertRules.read(Sluice.ROOT.resolve("deploy/sluice.yaml")).path("drain");
    for (String key : List.of("announce", "duration")) {
      assertThat(values().path("drain").path(key)).as(key).isEqualTo(defaults.path(key));
    }
  }

  @Test
  void moreNodesComeBeforeThoseThereAreAreFull() throws Exception {
    JsonNode edge = AlertRules.read(Sluice.ROOT.resolve("deploy/sluice.yaml")).path("edge");
    JsonNode scaling = values().path("autoscaling");
    assertThat(scaling.path("connections").asInt())
        .isBetween(1, edge.path("max-connections").asInt() * 9 / 10);
    assertThat(edge.path("outboxes").asText()).isEqualTo("128MiB");
    assertThat(scaling.path("outboxMebibytes").asInt()).isBetween(1, 128 * 9 / 10);
    assertThat(scaling.path("min").asInt()).isEqualTo(3);
    assertThat(scaling.path("max").asInt()).isEqualTo(20);
    assertThat(scaling.path("cpuPercent").asInt()).isEqualTo(70);
  }

  @Test
  void itsVersionIsThatOfTheBuild() throws Exception {
    String pom = Files.readString(Sluice.ROOT.resolve("pom.xml"));
    MatchResult found =
        Pattern.compile("<artifactId>sluice</artifactId>\\s*<version>([^<]+)</version>")
            .matcher(pom)
            .results()
            .findFirst()
            .orElseThrow();
    JsonNode chart = AlertRules.read(Helm.CHART.resolve("Chart.yaml"));
    assertThat(chart.path("appVersion").asText()).isEqualTo(found.group(1));
  }

  @Test
  void alertsAndDashboardAreThoseThatAreShipped() throws Exception {
    for (String name : List.of("alerts.yaml", "dashboard.json")) {
      assertThat(Files.readString(Helm.CHART.resolve("files").resolve(name)))
          .as("deploy/helm/sluice/files/%s, a link to deploy/monitoring", name)
          .isEqualTo(Files.readString(AlertRules.FOLDER.resolve(name)));
    }
  }

  @Test
  void everyMetricItNamesIsOneThatNodesShow() throws Exception {
    String known = Files.readString(Sluice.ROOT.resolve("deploy/docs/metrics.md"));
    Set<String> scaling =
        metrics(Helm.CHART.resolve("templates").resolve("horizontalpodautoscaler.yaml"));
    assertThat(scaling).hasSize(3);
    Set<String> queried = new TreeSet<>(scaling);
    queried.add("sluice_ready"); // who counts
    assertThat(metrics(Helm.CHART.resolve("templates").resolve("scaledobject.yaml")))
        .isEqualTo(queried);
    Set<String> named = new TreeSet<>(queried);
    named.addAll(metrics(GUIDE));
    named.addAll(metrics(Helm.CHART.resolve("values.yaml")));
    named.addAll(metrics(Helm.CHART.resolve("README.md")));
    assertThat(named).allSatisfy(metric -> assertThat(known).contains("| `" + metric + "` |"));
    assertThat(metrics(GUIDE)).containsAll(queried);
  }

  @Test
  void theAdapterIsToldOfEveryMetricThatScales() throws Exception {
    Set<String> queried = new TreeSet<>();
    for (JsonNode rule : adapterRules()) {
      METRIC
          .matcher(rule.path("seriesQuery").asText())
          .results()
          .forEach(found -> queried.add(found.group()));
      assertThat(rule.at("/resources/overrides/kubernetes_namespace/resource").asText())
          .isEqualTo("namespace");
      assertThat(rule.at("/resources/overrides/pod/resource").asText()).isEqualTo("pod");
    }
    assertThat(queried)
        .isEqualTo(metrics(Helm.CHART.resolve("templates/horizontalpodautoscaler.yaml")));
  }

  private static JsonNode adapterRules() throws IOException {
    return inGuide("rules:\n").at("/rules/custom");
  }

  /// The first block of YAML in the guide that begins so.
  private static JsonNode inGuide(String beginning) throws IOException {
    return Stream.of(Files.readString(GUIDE).split("```", -1))
        .filter(block -> block.startsWith("yaml\n" + beginning))
        .map(block -> Rendered.of(block.substring("yaml\n".length())).all().getFirst())
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing begins with " + beginning + " in " + GUIDE));
  }

  /// It is late by as much as there was in Kafka, and would have more nodes started, which are,
  /// too.
  @Test
  void aNodeThatStartsIsNotLateForTheAdapter() throws Exception {
    String series = "sluice_tailer_late_seconds";
    List<String> queries =
        adapterRules()
            .valueStream()
            .filter(rule -> rule.path("seriesQuery").asText().startsWith(series + "{"))
            .map(rule -> rule.path("metricsQuery").asText())
            .toList();
    assertThat(queries).hasSize(1);
    String query =
        queries
            .getFirst()
            .replace("<<.Series>>", series)
            .replace("<<.LabelMatchers>>", "kubernetes_namespace=\"front\",pod=~\"a|b|c\"")
            .replace("<<.GroupBy>>", "pod");
    ScalingQuery.gives(NAME + "/late", query, Map.of("{pod=\"a\"}", 6, "{pod=\"c\"}", 2));
  }

  /// More nodes seldom help, and beyond `kafka.ready-lag` nothing is seen of a node.
  @Test
  void nodesAreAddedLaterThanSomebodyIsToldAndSoonerThanNodesAreNotReady() throws Exception {
    int target = values().at("/autoscaling/tailerLateSeconds").asInt();
    int told =
        ABOVE
            .matcher(AlertRules.named("SluiceTailerLate").path("expr").asText())
            .results()
            .mapToInt(found -> Integer.parseInt(found.group(1)))
            .findFirst()
            .orElseThrow();
    assertThat(target).isGreaterThanOrEqualTo(2 * told);
    String lag =
        AlertRules.read(Sluice.ROOT.resolve("deploy/sluice.yaml")).at("/kafka/ready-lag").asText();
    assertThat(Duration.parse("PT" + lag)).isGreaterThan(Duration.ofSeconds(target));
  }

  @Test
  void theGuidesIngressLeadsToTheEdgesServiceOnly() throws Exception {
    JsonNode ingress = inGuide("# ingress.yaml");
    KubernetesTypes.read(ingress);
    List<JsonNode> paths = ingress.findValues("paths");
    assertThat(paths).hasSize(1);
    assertThat(paths.getFirst().findValuesAsText("path"))
        .containsExactly("/connection", "/emulation");
    for (JsonNode path : paths.getFirst()) {
      assertThat(path.at("/backend/service/name").asText()).isEqualTo("web-sluice");
      assertThat(path.at("/backend/service/port/name").asText()).isEqualTo("edge");
    }
  }

  private static Set<String> metrics(Path file) throws IOException {
    return METRIC
        .matcher(Files.readString(file))
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
