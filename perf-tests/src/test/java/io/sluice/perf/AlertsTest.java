package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The alerts that are shipped, by Prometheus' own tool, and their runbooks.
final class AlertsTest {
  private static final String NAME = AlertsTest.class.getSimpleName();
  private static final String RUNBOOKS = "deploy/docs/runbooks.md";
  private static final Pattern SECTION = Pattern.compile("^## (\\S+)$", Pattern.MULTILINE);
  private static final Pattern LINK = Pattern.compile("\\]\\(#([^)]+)\\)");

  @Test
  void prometheusTakesThem() throws Exception {
    Promtool.passes(
        NAME + "/rules", List.of("check", "rules", "--lint-fatal", AlertRules.FILE.toString()));
  }

  @Test
  void eachComesWhenItShouldAndNotWhenItShouldNot() throws Exception {
    List<String> arguments = new ArrayList<>(List.of("test", "rules"));
    AlertRules.testFiles().stream().map(Path::toString).forEach(arguments::add);
    Promtool.passes(NAME + "/tests", arguments);
  }

  @Test
  void eachIsTestedBothWays() throws Exception {
    Set<String> seen = new TreeSet<>();
    Set<String> missed = new TreeSet<>();
    for (Path file : AlertRules.testFiles()) {
      for (JsonNode test : AlertRules.read(file).path("tests")) {
        for (JsonNode check : test.path("alert_rule_test")) {
          (check.path("exp_alerts").isEmpty() ? missed : seen)
              .add(check.path("alertname").asText());
        }
      }
    }
    assertThat(seen).as("alerts that a test awaits").hasSameElementsAs(AlertRules.names());
    assertThat(missed).as("alerts that a test rules out").hasSameElementsAs(AlertRules.names());
  }

  @Test
  void eachSaysHowUrgentItIsAndWhereItsPageIs() throws Exception {
    assertThat(AlertRules.all())
        .isNotEmpty()
        .allSatisfy(rule -> {
          String name = rule.path("alert").asText();
          JsonNode annotations = rule.path("annotations");
          assertThat(rule.path("labels").path("severity").asText()).isIn("page", "ticket");
          assertThat(annotations.path("summary").asText()).isNotBlank();
          assertThat(annotations.path("description").asText()).isNotBlank();
          assertThat(annotations.path("runbook_url").asText())
              .isEqualTo(RUNBOOKS + "#" + name.toLowerCase(Locale.ROOT));
        });
  }

  @Test
  void eachHasItsPageAndEachPageItsAlert() throws Exception {
    String runbooks = Files.readString(Sluice.ROOT.resolve(RUNBOOKS));
    List<String> sections =
        SECTION.matcher(runbooks).results().map(found -> found.group(1)).toList();
    assertThat(sections)
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(AlertRules.names());
    for (String section : runbooks.split("(?m)^## ", -1)) {
      if (!section.startsWith("#")) {
        assertThat(section).contains("**Means**", "**Look**", "**Do");
      }
    }
    List<String> anchors = sections.stream().map(it -> it.toLowerCase(Locale.ROOT)).toList();
    assertThat(LINK.matcher(runbooks).results().map(found -> found.group(1)))
        .allSatisfy(link -> assertThat(anchors).contains(link));
  }

  @Test
  void prometheusTakesTheConfigurationThatIsShipped() throws Exception {
    Promtool.passes(
        NAME + "/config",
        List.of("check", "config", AlertRules.FOLDER.resolve("prometheus.yaml").toString()));
  }
}
