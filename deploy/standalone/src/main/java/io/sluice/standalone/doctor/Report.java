package io.sluice.standalone.doctor;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/// What was found, as lines for people or JSON for machines. For one thread.
public final class Report {
  /// The first two columns, which details leave free.
  private static final int COLUMNS = 25;

  private static final String RESET = "\u001b[0m";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final boolean coloured;
  private final List<Finding> findings = new ArrayList<>();

  private Report(boolean coloured) {
    this.coloured = coloured;
  }

  /// One whose lines have no colours.
  public static Report plain() {
    return new Report(false);
  }

  /// One for a terminal.
  public static Report coloured() {
    return new Report(true);
  }

  /// Takes a finding.
  ///
  /// @return it as text, of one line mostly
  public String add(Finding finding) {
    findings.add(finding);
    String word = "%-8s".formatted(finding.level().word());
    String fix = finding.fix().isEmpty() ? "" : " → " + finding.fix();
    String[] said = finding.said().split("\n", 2);
    String details = said.length == 1 ? "" : "\n" + said[1].indent(COLUMNS).stripTrailing();
    return "%s %-15s %s%s%s"
        .formatted(
            coloured ? colour(finding.level()) + word + RESET : word,
            finding.check(),
            said[0],
            fix,
            details);
  }

  private static String colour(Level level) {
    return switch (level) {
      case OK -> "\u001b[32m";
      case WARNING -> "\u001b[33m";
      case ERROR -> "\u001b[31m";
      case NOT_CHECKED -> "\u001b[2m";
    };
  }

  /// How many there are of a level.
  public int count(Level level) {
    return (int) findings.stream().filter(it -> it.level() == level).count();
  }

  /// `12 ok, 1 warning, 0 errors`.
  public String summary() {
    int warnings = count(Level.WARNING);
    int errors = count(Level.ERROR);
    int open = count(Level.NOT_CHECKED);
    return "%d ok, %d warning%s, %d error%s%s"
        .formatted(
            count(Level.OK),
            warnings,
            warnings == 1 ? "" : "s",
            errors,
            errors == 1 ? "" : "s",
            open == 0 ? "" : ", " + open + " not checked");
  }

  /// All of it, as one object.
  public String json() {
    ObjectNode all = JSON.createObjectNode();
    for (Level level : Level.values()) {
      all.put(level.wireName(), count(level));
    }
    ArrayNode list = all.putArray("findings");
    for (Finding it : findings) {
      list.addObject()
          .put("level", it.level().wireName())
          .put("check", it.check())
          .put("said", it.said())
          .put("fix", it.fix());
    }
    return all.toPrettyString();
  }
}
