package io.sluice.perf.stress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A warning or an error in a log, and how often it was there with other numbers and names.
///
/// @param file whose log
/// @param text the first of them, without its time
/// @param times at least 1
/// @param first when it was there first; nothing where the log does not say
/// @param last when it was there last
record LogLine(
    String file, String text, int times, @Nullable Instant first, @Nullable Instant last) {
  /// Kinds of lines of one log that are kept.
  private static final int MOST = 100;

  private static final int LONGEST = 400;
  private static final Pattern COMPLAINT =
      Pattern.compile("^(\\S*?\\d{2}:\\d{2}:\\d{2}\\S*)\\s+(WARN|ERROR)\\s+(.*)$");
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
        Complaint complaint = line.startsWith("{") ? ofJson(line) : ofText(line);
        if (complaint != null) {
          String text = complaint.text();
          Instant moment = complaint.moment();
          String kind = VARIABLE.matcher(text).replaceAll("#");
          if (kinds.size() < MOST || kinds.containsKey(kind)) {
            String shown = text.substring(0, Math.min(LONGEST, text.length()));
            kinds.merge(
                kind,
                new LogLine(name, shown, 1, moment, moment),
                (old, now) ->
                    new LogLine(name, old.text(), old.times() + 1, old.first(), now.last()));
          }
        }
      });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return List.copyOf(kinds.values());
  }

  private record Complaint(String text, @Nullable Instant moment) {}

  /// Nothing when it is no complaint.
  private static @Nullable Complaint ofText(String line) {
    Matcher matcher = COMPLAINT.matcher(line);
    return matcher.matches()
        ? new Complaint(matcher.group(2) + " " + matcher.group(3), moment(matcher.group(1)))
        : null;
  }

  /// Of a line of a node, as if it were text; the last one of a node that was killed may be a part.
  private static @Nullable Complaint ofJson(String line) {
    JsonNode json;
    try {
      json = JSON.readTree(line);
    } catch (JsonProcessingException _) {
      return null;
    }
    String level = json.path("level").asText();
    if (!COMPLAINTS.contains(level)) {
      return null;
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
    return new Complaint(text.toString(), moment(json.path("time").asText()));
  }

  private static @Nullable Instant moment(String time) {
    try {
      return Instant.parse(time);
    } catch (DateTimeParseException _) {
      return null; // a time without a date
    }
  }

  /// For people, with the seconds of a run in which it was there.
  ///
  /// @param began when the run did
  String told(Instant began) {
    if (first == null || last == null) {
      return "%s, %d times: %s".formatted(file, times, text);
    }
    long from = Math.max(0, Duration.between(began, first).toSeconds());
    long to = Math.max(from, Duration.between(began, last).toSeconds());
    return "%s, %d times, from second %d to second %d: %s".formatted(file, times, from, to, text);
  }
}
