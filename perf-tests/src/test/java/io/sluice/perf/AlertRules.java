package io.sluice.perf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
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
