package io.sluice.perf.stress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A warning or an error in a log, and how often it was there with other numbers and names.
///
/// @param file whose log
/// @param text the first of them, without its time
/// @param times at least 1
record LogLine(String file, String text, int times) {
  /// Kinds of lines of one log that are kept.
  private static final int MOST = 100;

  private static final int LONGEST = 400;
  private static final Pattern COMPLAINT =
      Pattern.compile("^\\S*?\\d{2}:\\d{2}:\\d{2}\\S*\\s+(WARN|ERROR)\\s+(.*)$");
  private static final Set<String> COMPLAINTS = Set.of("WARN", "ERROR");
  private static final Set<String> FIXED =
      Set.of("time", "level", "logger", "thread", "message", "node", "error");
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern VARIABLE = Pattern.compile("[0-9a-f-]{8,}|\\d+");

  /// Those of all logs of a folder.
  static List<LogLine> complaints(Path folder) throws IOException {
    List<LogLine> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(it -> it.toString().endsWith(".log")).sorted().toList()) {
        all.addAll(of(file));
      }
    }
    return List.copyOf(all);
  }

  private static List<LogLine> of(Path file) throws IOException {
    Map<String, LogLine> kinds = new LinkedHashMap<>();
    String name = file.getFileName().toString();
    try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      lines.forEach(line -> {
        String text = line.startsWith("{") ? ofJson(line) : ofText(line);
        if (!text.isEmpty()) {
          String kind = VARIABLE.matcher(text).replaceAll("#");
          if (kinds.size() < MOST || kinds.containsKey(kind)) {
            String shown = text.substring(0, Math.min(LONGEST, text.length()));
            kinds.merge(
                kind,
                new LogLine(name, shown, 1),
                (old, _) -> new LogLine(name, old.text(), old.times() + 1));
          }
        }
      });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return List.copyOf(kinds.values());
  }

  /// @return "" when it is no complaint
  private static String ofText(String line) {
    Matcher complaint = COMPLAINT.matcher(line);
    return complaint.matches() ? complaint.group(1) + " " + complaint.group(2) : "";
  }

  /// A line of a node, written as text; the last one of a node that was killed may be a part.
  private static String ofJson(String line) {
    JsonNode json;
    try {
      json = JSON.readTree(line);
    } catch (JsonProcessingException _) {
      return "";
    }
    String level = json.path("level").asText();
    if (!COMPLAINTS.contains(level)) {
      return "";
    }
    StringBuilder text =
        new StringBuilder(level)
            .append(" [")
            .append(json.path("thread").asText())
            .append("] ")
            .append(json.path("logger").asText())
            .append(' ')
            .append(json.path("message").asText());
    json.forEachEntry((key, value) -> {
      if (!FIXED.contains(key) && value.isValueNode()) {
        text.append(' ').append(key).append('=').append(value.asText());
      }
    });
    return text.toString();
  }
}
