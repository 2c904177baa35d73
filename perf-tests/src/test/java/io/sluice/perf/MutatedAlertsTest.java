package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Alerts that are wrong in one place: their unit tests find each. One run of promtool takes all of
/// an alert, each as rules of its own beside the tests that are about this alert. One that promtool
/// reads and cannot work out is found, too.
@Tag("full")
@Timeout(150)
final class MutatedAlertsTest {
  private static final String NAME = MutatedAlertsTest.class.getSimpleName();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FILE = "Unit Testing: ";
  private static final String AS_IT_IS = "as it is";

  static List<String> alerts() throws IOException {
    return AlertRules.names();
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void isFoundByAUnitTest(String alert) throws Exception {
    JsonNode rule = AlertRules.named(alert);
    List<JsonNode> tests = AlertRules.testsOf(alert);
    List<AlertMutant> all = new ArrayList<>(AlertMutant.allOf(rule));
    all.addFirst(new AlertMutant(AS_IT_IS, rule));
    Map<Path, String> names = new LinkedHashMap<>();
    List<String> rules = new ArrayList<>();
    for (AlertMutant mutant : all) {
      String name = "%s/%s/%d-".formatted(NAME, alert, names.size());
      Path ruleFile = RunningCommand.output(name + "rules.yaml");
      Path testFile = RunningCommand.output(name + "tests.yaml");
      JSON.writeValue(ruleFile.toFile(), rules(mutant.rule()));
      JSON.writeValue(testFile.toFile(), tests(ruleFile, tests));
      rules.add(ruleFile.toString());
      names.put(testFile, mutant.what());
    }
    Promtool.passes(NAME + "/" + alert + "/check", command("check", rules));

    List<String> out =
        Promtool.fails(
            NAME + "/" + alert + "/test",
            command("test", names.keySet().stream().map(Path::toString).toList()));

    assertThat(out.stream().filter(line -> line.startsWith(FILE))).hasSize(names.size());
    Set<String> alive = new TreeSet<>(EquivalentMutants.of(alert));
    alive.add(AS_IT_IS);
    assertThat(passed(out, names)).as("found by no unit test").hasSameElementsAs(alive);
  }

  @Test
  void equivalentOnesAreOfAlertsThatAreThere() throws Exception {
    assertThat(AlertRules.names()).containsAll(EquivalentMutants.alerts());
  }

  private static List<String> command(String first, List<String> files) {
    List<String> command = new ArrayList<>(List.of(first, "rules"));
    command.addAll(files);
    return command;
  }

  /// JSON, which is YAML as well.
  private static Map<String, Object> rules(JsonNode rule) {
    return Map.of("groups", List.of(Map.of("name", "mutant", "rules", List.of(rule))));
  }

  private static Map<String, Object> tests(Path rules, List<JsonNode> tests) {
    return Map.of(
        "rule_files", List.of(rules.toString()), "evaluation_interval", "15s", "tests", tests);
  }

  /// What promtool says `SUCCESS` of, in the line below the file's name.
  private static List<String> passed(List<String> out, Map<Path, String> names) {
    List<String> passed = new ArrayList<>();
    for (int i = 1; i < out.size(); i++) {
      if (out.get(i).strip().equals("SUCCESS")) {
        Path file = Path.of(out.get(i - 1).substring(FILE.length()).strip());
        passed.add(names.getOrDefault(file, "unknown " + file));
      }
    }
    return passed;
  }
}
