package io.sluice.perf.dist;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.TreeSet;

/// Which libraries of others are shipped, and under which licences: a bill of materials (CycloneDX,
/// JSON) as text for people. Their notices lie in their jars, which are shipped as they are.
final class Notices {
  private static final String OWN = "io.sluice";
  private static final List<String> HEADING =
      List.of(
          "Libraries of others in the folder lib, and their licences.",
          "Those of the Java runtime are in the folder runtime/legal.",
          "");

  private Notices() {}

  /// Prints it.
  ///
  /// @param arguments the bill's path
  public static void main(String[] arguments) throws IOException {
    of(new ObjectMapper().readTree(Path.of(arguments[0]).toFile())).forEach(System.out::println);
  }

  /// A heading, then one line for each library, sorted: its name, its version, its licences.
  ///
  /// @throws IOException when one has no licence, or there is no library at all
  static List<String> of(JsonNode bill) throws IOException {
    TreeSet<String> libraries = new TreeSet<>();
    for (JsonNode component : bill.path("components")) {
      String group = component.path("group").asText();
      if (!group.equals(OWN)) {
        String name = group + ":" + component.path("name").asText();
        libraries.add(
            "%s %s: %s"
                .formatted(name, component.path("version").asText(), licences(name, component)));
      }
    }
    if (libraries.isEmpty()) {
      throw new IOException("the bill of materials names no library");
    }
    List<String> lines = new ArrayList<>(HEADING);
    lines.addAll(libraries);
    return List.copyOf(lines);
  }

  private static String licences(String name, JsonNode component) throws IOException {
    StringJoiner all = new StringJoiner(", ");
    for (JsonNode choice : component.path("licenses")) {
      JsonNode licence = choice.path("license");
      String text =
          choice.has("expression")
              ? choice.path("expression").asText()
              : licence.path("id").asText(licence.path("name").asText());
      if (!text.isBlank()) {
        all.add(text);
      }
    }
    if (all.length() == 0) {
      throw new IOException(name + " says nothing of its licence");
    }
    return all.toString();
  }
}
