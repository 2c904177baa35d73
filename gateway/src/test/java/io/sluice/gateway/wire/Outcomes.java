package io.sluice.gateway.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// How the cases of a class came out, by group: a line each on stdout, and with every case in a
/// file below `target`.
final class Outcomes {
  private final String title;
  private final Map<String, Map<String, String>> groups = new ConcurrentHashMap<>();

  Outcomes(String title) {
    this.title = title;
  }

  void note(String group, String id, String outcome) {
    groups.computeIfAbsent(group, _ -> new ConcurrentHashMap<>()).put(id, outcome);
  }

  void report() throws IOException {
    StringBuilder table = new StringBuilder();
    groups.entrySet().stream()
        .sorted(Map.Entry.comparingByKey(java.util.Comparator.comparing(Integer::valueOf)))
        .forEach(group -> {
          Map<String, Integer> counts = new TreeMap<>();
          group.getValue().values().forEach(outcome -> counts.merge(outcome, 1, Integer::sum));
          table.append(
              "group %s: %d cases, %s%n"
                  .formatted(group.getKey(), group.getValue().size(), counts));
        });
    System.out.print(table);
    table.append('\n');
    groups
        .values()
        .forEach(cases ->
            new TreeMap<>(cases)
                .forEach((id, outcome) -> table.append("%-14s %s%n".formatted(outcome, id))));
    Path folder = Files.createDirectories(Path.of(System.getProperty("basedir", "."), "target"));
    Files.writeString(folder.resolve("wire-" + title + ".txt"), table);
  }

  /// The groups that were run.
  List<String> groups() {
    return List.copyOf(groups.keySet());
  }
}
