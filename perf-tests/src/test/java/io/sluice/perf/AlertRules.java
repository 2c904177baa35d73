package io.sluice.perf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// The alerts that are shipped, and their unit tests, as they stand in `deploy/monitoring`.
final class AlertRules {
  static final Path FOLDER = Sluice.ROOT.resolve("deploy/monitoring");
  static final Path FILE = FOLDER.resolve("alerts.yaml");

  private static final String CHECKS = "alert_rule_test";
  private static final ObjectMapper JSON = new ObjectMapper();

  private AlertRules() {}

  /// Each with `alert`, `expr`, `labels` and `annotations`.
  static List<JsonNode> all() throws IOException {
    return StreamSupport.stream(read(FILE).path("groups").spliterator(), false)
        .flatMap(group -> StreamSupport.stream(group.path("rules").spliterator(), false))
        .toList();
  }

  static List<String> names() throws IOException {
    return all().stream().map(rule -> rule.path("alert").asText()).toList();
  }

  static JsonNode named(String alert) throws IOException {
    return all().stream()
        .filter(rule -> rule.path("alert").asText().equals(alert))
        .findFirst()
        .orElseThrow();
  }

  /// The unit tests that are about an alert, without what they say of others.
  static List<JsonNode> testsOf(String alert) throws IOException {
    List<JsonNode> found = new ArrayList<>();
    for (Path file : testFiles()) {
      for (JsonNode test : read(file).path("tests")) {
        ObjectNode copy = test.deepCopy();
        ArrayNode checks = copy.putArray(CHECKS);
        for (JsonNode check : test.path(CHECKS)) {
          if (check.path("alertname").asText().equals(alert)) {
            checks.add(check);
          }
        }
        if (!checks.isEmpty()) {
          found.add(copy);
        }
      }
    }
    return found;
  }

  static List<Path> testFiles() throws IOException {
    TreeSet<Path> files = new TreeSet<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(FOLDER, "alerts-test*.yaml")) {
      found.forEach(files::add);
    }
    return List.copyOf(files);
  }

  static JsonNode read(Path file) throws IOException {
    Object parsed = new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
    return JSON.valueToTree(parsed);
  }
}
