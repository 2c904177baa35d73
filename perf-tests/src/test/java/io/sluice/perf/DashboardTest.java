package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The dashboard that is shipped.
final class DashboardTest {
  private static final String NAME = DashboardTest.class.getSimpleName();
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Path FILE = AlertRules.FOLDER.resolve("dashboard.json");
  private static final int COLUMNS = 24;
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{?(\\w+)");
  private static final Pattern COUNTER_ITSELF =
      Pattern.compile("(?<!rate\\()\\b\\w+_(?:total|count|sum|bucket)\\{");
  private static final String INTERVAL = "__rate_interval";

  private static JsonNode dashboard() throws Exception {
    return new ObjectMapper().readTree(FILE.toFile());
  }

  @Test
  void isWhatItsScriptWrites() throws Exception {
    List<String> command = List.of("node", AlertRules.FOLDER.resolve("dashboard.mjs").toString());
    try (RunningCommand script = RunningCommand.start(NAME + "/script", Map.of(), command)) {
      assertThat(script.awaitExit(LIMIT)).as(script::toString).isZero();
      assertThat(script.out()).isEqualTo(Files.readAllLines(FILE));
    }
  }

  @Test
  void eachPanelHasAnIdAndAPlaceOfItsOwn() throws Exception {
    List<Integer> ids = new ArrayList<>();
    Set<String> cells = new HashSet<>();
    for (JsonNode panel : dashboard().path("panels")) {
      ids.add(panel.path("id").asInt());
      JsonNode place = panel.path("gridPos");
      assertThat(place.path("x").asInt() + place.path("w").asInt())
          .as(panel.path("title").asText())
          .isLessThanOrEqualTo(COLUMNS);
      for (int x = 0; x < place.path("w").asInt(); x++) {
        for (int y = 0; y < place.path("h").asInt(); y++) {
          String cell = (place.path("x").asInt() + x) + "," + (place.path("y").asInt() + y);
          assertThat(cells.add(cell)).as("%s at %s", panel.path("title"), cell).isTrue();
        }
      }
    }
    assertThat(ids).isNotEmpty().doesNotHaveDuplicates().doesNotContain(0);
  }

  @Test
  void rowsOfAPanelAreToldApart() throws Exception {
    assertThat(dashboard().path("panels"))
        .allSatisfy(panel -> {
          List<String> legends = panel.path("targets").findValuesAsText("legendFormat");
          assertThat(legends).as(panel.path("title").asText()).doesNotHaveDuplicates();
          assertThat(legends.size() > 1 && legends.contains("")).as(legends.toString()).isFalse();
        });
  }

  @Test
  void countersAreLookedAtByTheirRateOrSaidToCountSinceTheStart() throws Exception {
    assertThat(dashboard().path("panels"))
        .allSatisfy(panel -> {
          String expressions = panel.path("targets").findValuesAsText("expr").toString();
          if (COUNTER_ITSELF.matcher(expressions).find()) {
            assertThat(panel.path("description").asText()).as(expressions).contains("since the");
          }
        });
  }

  @Test
  void prometheusReadsEveryExpression() throws Exception {
    StringBuilder rules = new StringBuilder("groups:\n  - name: dashboard\n    rules:\n");
    List<String> expressions = dashboard().findValuesAsText("expr");
    for (int i = 0; i < expressions.size(); i++) {
      String expression =
          expressions
              .get(i)
              .replace("$" + INTERVAL, "1m")
              .replace("$__from", "0")
              .replace("$__to", "0");
      rules
          .append("      - record: panel:%d\n        expr: '".formatted(i))
          .append(expression.replace("'", "''"))
          .append("'\n");
    }
    Path file = RunningCommand.output(NAME + "/dashboard-rules.yaml");
    Files.writeString(file, rules);
    Promtool.passes(NAME + "/rules", List.of("check", "rules", file.toString()));
  }

  @Test
  void itsVariablesAreThoseItAsksFor() throws Exception {
    JsonNode dashboard = dashboard();
    Set<String> used = new TreeSet<>();
    VARIABLE
        .matcher(dashboard.path("panels").toString())
        .results()
        .forEach(found -> used.add(found.group(1)));
    used.remove(INTERVAL);
    assertThat(dashboard.path("templating").path("list").findValuesAsText("name"))
        .containsExactly("datasource", "job", "node", "namespace")
        .hasSameElementsAs(used);
  }
}
