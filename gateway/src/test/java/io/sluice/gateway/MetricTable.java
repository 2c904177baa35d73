package io.sluice.gateway;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What a node shows at `/metrics`, as tables in Markdown: what stands in `deploy/docs/metrics.md`.
final class MetricTable {
  /// One metric, as it is scraped.
  ///
  /// @param labels each with its values
  record Family(
      String name, String type, String help, SortedMap<String, SortedSet<String>> labels) {
    /// From what its name ends with; empty: a number of what its meaning says.
    String unit() {
      String bare = name.replaceAll("_(total|max)$", "");
      return UNITS.entrySet().stream()
          .filter(unit -> bare.endsWith(unit.getKey()))
          .map(Map.Entry::getValue)
          .findFirst()
          .orElse("");
    }
  }

  private static final Map<String, String> UNITS = new LinkedHashMap<>();

  static {
    UNITS.put("_bytes_per_second", "bytes a second");
    UNITS.put("_seconds", "seconds");
    UNITS.put("_milliseconds", "milliseconds");
    UNITS.put("_bytes", "bytes");
    UNITS.put("_records", "records");
    UNITS.put("_percent", "percent");
    UNITS.put("_ns", "nanoseconds");
    UNITS.put("_usage", "0 to 1");
  }

  /// Areas and what the names of their metrics begin with; the first that fits counts.
  private static final Map<String, List<String>> AREAS = new LinkedHashMap<>();

  static {
    AREAS.put(
        "Connections and commands of clients",
        List.of("sluice_edge_", "sluice_presence_", "sluice_shed", "sluice_loop_"));
    AREAS.put("Delivering", List.of("sluice_delivery_", "sluice_hub_"));
    AREAS.put(
        "Reading Kafka",
        List.of(
            "sluice_tailer_",
            "sluice_window_",
            "sluice_lso_",
            "sluice_recoverable_",
            "sluice_replay_",
            "sluice_log_",
            "sluice_records_",
            "sluice_headers_",
            "sluice_last_values_",
            "sluice_dead_letters"));
    AREAS.put(
        "Publishing, and Kafka's clients",
        List.of("sluice_publish", "sluice_breaker_", "sluice_producer_", "sluice_kafka_"));
    AREAS.put("Sessions and Redis", List.of("sluice_session", "sluice_redis_"));
    AREAS.put(
        "The node and its cluster",
        List.of(
            "sluice_ready",
            "sluice_live",
            "sluice_health",
            "sluice_draining",
            "sluice_watchdog_",
            "sluice_memory_",
            "sluice_config_",
            "sluice_logging_",
            "sluice_api_",
            "sluice_nodes",
            "sluice_heartbeats",
            "sluice_commands",
            "sluice_control_",
            "sluice_ledger_",
            "sluice_questions_",
            "sluice_traces_"));
    AREAS.put("The process", List.of("jvm_", "process_", "system_"));
  }

  /// Labels, of all metrics or of one, whose values are not told one by one: they are the
  /// configuration's, or a library's.
  private static final Map<String, String> OPEN =
      Map.ofEntries(
          Map.entry("namespace", "a namespace of the configuration"),
          Map.entry("breaker", "`redis`, or `kafka:` and a topic"),
          Map.entry("sluice_tailer_errors_total/cause", "the exception's class"),
          Map.entry("sluice_tailer_rests_total/cause", "the exception's class"),
          Map.entry("sluice_replay_errors_total/cause", "the exception's class"),
          Map.entry("sluice_ledger_errors_total/cause", "the exception's class"),
          Map.entry(
              "sluice_edge_handshakes_total/outcome",
              "the HTTP status, or `timeout`, `stalled`, `turned-away`"),
          Map.entry("status", "the HTTP status"),
          Map.entry("sluice_memory_budget_bytes/part", "see [memory](operating.md#memory)"),
          Map.entry("id", "the JVM's name of a part"),
          Map.entry("gc", "the collector"),
          Map.entry("action", "what was done"),
          Map.entry("jvm_gc_pause_seconds/cause", "why"),
          Map.entry("jvm_gc_concurrent_phase_time_seconds/cause", "why"));

  /// What the JVM brings only with the first collection of its kind, so that a node may not have it
  /// yet.
  private static final List<Family> LATE =
      List.of(
          late("jvm_gc_pause_seconds", "Time spent in GC pause"),
          late("jvm_gc_concurrent_phase_time_seconds", "Time spent in concurrent phase"));

  private static final Pattern HELP = Pattern.compile("# HELP (\\S+) ?(.*)");
  private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? \\S+");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  private final SortedMap<String, Family> families = new TreeMap<>();

  private static Family late(String name, String help) {
    SortedMap<String, SortedSet<String>> labels = new TreeMap<>();
    List.of("action", "cause", "gc").forEach(label -> labels.put(label, new TreeSet<>()));
    return new Family(name, "summary", help, labels);
  }

  /// Reads a page in Prometheus' text format 0.0.4.
  static MetricTable of(String page) {
    MetricTable table = new MetricTable();
    Map<String, String> help = new TreeMap<>();
    page.lines().forEach(line -> table.read(line, help));
    LATE.forEach(late -> table.families.put(late.name(), late));
    List.copyOf(table.families.values()).forEach(table::dropMaximum);
    return table;
  }

  private void read(String line, Map<String, String> help) {
    Matcher helps = HELP.matcher(line);
    Matcher type = TYPE.matcher(line);
    Matcher sample = SAMPLE.matcher(line);
    if (helps.matches()) {
      help.put(helps.group(1), helps.group(2).strip());
    } else if (type.matches()) {
      String name = type.group(1);
      families.put(
          name, new Family(name, type.group(2), help.getOrDefault(name, ""), new TreeMap<>()));
    } else if (sample.matches()) {
      Optional.ofNullable(sample.group(2)).ifPresent(labels -> labels(sample.group(1), labels));
    }
  }

  private void labels(String sample, String labels) {
    Family family = families.get(sample);
    if (family == null) {
      family = families.get(sample.replaceAll("_(bucket|count|sum)$", ""));
    }
    if (family == null) {
      throw new IllegalArgumentException("a sample of no metric: " + sample);
    }
    Matcher label = LABEL.matcher(labels);
    while (label.find()) {
      if (!label.group(1).equals("le")) {
        family.labels().computeIfAbsent(label.group(1), _ -> new TreeSet<>()).add(label.group(2));
      }
    }
  }

  /// It stands with its summary.
  private void dropMaximum(Family family) {
    if (family.type().equals("summary")) {
      families.remove(family.name() + "_max");
    }
  }

  Collection<Family> families() {
    return families.values();
  }

  /// All tables, the areas in their order, the metrics by name.
  ///
  /// @throws IllegalStateException naming a metric that is in no area
  String render() {
    SortedMap<String, Family> left = new TreeMap<>(families);
    StringBuilder page = new StringBuilder();
    AREAS.forEach((area, prefixes) -> {
      List<Family> here = new ArrayList<>();
      left.values()
          .removeIf(family -> {
            boolean fits = prefixes.stream().anyMatch(family.name()::startsWith);
            if (fits) {
              here.add(family);
            }
            return fits;
          });
      page.append("\n## ").append(area).append("\n\n");
      page.append("| metric | type | unit | labels | meaning |\n|---|---|---|---|---|\n");
      here.forEach(family -> page.append(row(family)).append('\n'));
    });
    if (!left.isEmpty()) {
      throw new IllegalStateException("to no area of MetricTable.AREAS belong " + left.keySet());
    }
    return page.toString();
  }

  private static String row(Family family) {
    String labels =
        family.labels().entrySet().stream()
            .map(label -> "`%s`: %s".formatted(label.getKey(), values(family.name(), label)))
            .collect(Collectors.joining("; "));
    return "| `%s` | %s | %s | %s | %s |"
        .formatted(
            family.name(), family.type(), family.unit(), labels, family.help().replace("|", "\\|"));
  }

  private static String values(String name, Map.Entry<String, SortedSet<String>> label) {
    String open = OPEN.getOrDefault(name + "/" + label.getKey(), OPEN.get(label.getKey()));
    return open != null
        ? open
        : label.getValue().stream().map(it -> "`" + it + "`").collect(Collectors.joining(", "));
  }
}
