package io.sluice.perf.report;

import static java.util.stream.Collectors.joining;

import java.util.OptionalDouble;

/// The table of one scenario; every figure has a bar below it.
final class HtmlTable {
  /// Pixels for the first column, as in `page.css`.
  private static final int NAMES = 200;

  /// Pixels below which a figure and its spread need two lines; six columns just fit.
  private static final int NARROW = 138;

  /// Pixels beyond which a bar gains nothing.
  private static final int BROAD = 340;

  private final Scenario scenario;
  private final Contenders contenders;

  HtmlTable(Scenario scenario, Contenders contenders) {
    this.scenario = scenario;
    this.contenders = contenders;
  }

  String html() {
    return """
    <section><h2>%s</h2>
    <div class="wide"><table style="min-width:%dpx;max-width:%dpx"><thead><tr><th scope="col"><span class="quiet">contender</span></th>%s</tr></thead>
    %s</table></div></section>
    """
        .formatted(
            Html.escape(scenario.title()),
            NAMES + NARROW * scenario.columns().size(),
            NAMES + BROAD * scenario.columns().size(),
            scenario.columns().stream().map(HtmlTable::heading).collect(joining()),
            scenario.lines().stream()
                .map(Scenario.Line::variant)
                .distinct()
                .map(this::variant)
                .collect(joining()));
  }

  private static String heading(Metric metric) {
    return "<th scope=\"col\">%s<small>%s</small></th>"
        .formatted(Html.escape(metric.name()), Html.escape(details(metric)));
  }

  private static String details(Metric metric) {
    String sentence = Words.sentence(metric.better());
    return metric.unit().isEmpty() || sentence.isEmpty()
        ? metric.unit() + sentence
        : metric.unit() + ", " + sentence;
  }

  private String variant(String variant) {
    String heading =
        scenario.hasVariants()
            ? "<tr class=\"variant\"><th scope=\"rowgroup\" colspan=\"%d\">%s</th></tr>\n"
                .formatted(scenario.columns().size() + 1, Html.escape(variant))
            : "";
    return scenario.lines().stream()
        .filter(line -> line.variant().equals(variant))
        .map(this::line)
        .collect(joining("", "<tbody>" + heading, "</tbody>\n"));
  }

  private String line(Scenario.Line line) {
    return """
    <tr class="%s"><th scope="row"><i class="dot"></i>%s</th>%s</tr>
    """
        .formatted(
            contenders.style(line.contender()),
            Html.escape(line.contender()),
            scenario.columns().stream().map(column -> cell(line, column)).collect(joining("\n")));
  }

  private String cell(Scenario.Line line, Metric column) {
    String label = column.unit().isEmpty() ? column.name() : column.name() + ", " + column.unit();
    return line.cell(column)
        .map(row ->
            "<td data-label=\"%s\"><div>%s</div></td>".formatted(Html.escape(label), content(row)))
        .orElse("<td class=\"none\">-</td>");
  }

  private String content(Row row) {
    String note =
        row.note().isBlank() ? "" : "<em class=\"note\">" + Html.escape(row.note()) + "</em>";
    if (!row.isMeasured()) {
      return note;
    }
    String spread =
        row.rounds().size() < 2 ? "" : "<span class=\"spread\">" + Figures.spread(row) + "</span>";
    return "<span class=\"figure\"><b>%s</b>%s%s</span>%s%s"
        .formatted(Figures.of(row.median()), spread, distance(row), bar(row), note);
  }

  /// How far from the floor.
  private String distance(Row row) {
    OptionalDouble floor = scenario.floorOf(row);
    if (floor.isEmpty() || row.median() < 0) {
      return "";
    }
    double ratio = row.median() / floor.getAsDouble();
    String text =
        switch (row.metric().better()) {
          case LOWER -> Figures.of(ratio) + "× floor";
          case HIGHER -> Figures.of(100 * ratio) + "% of floor";
          case NEITHER -> "";
        };
    return text.isEmpty() ? "" : "<span class=\"distance\">" + text + "</span>";
  }

  /// From zero to the median, a line from the lowest to the highest round, and where the floor is.
  private String bar(Row row) {
    double most = scenario.most(row.metric());
    if (most <= 0 || row.min() < 0) {
      return "";
    }
    double unit = 100 / most;
    String hint =
        "lowest %s, median %s, highest %s; rounds: %d"
            .formatted(
                Figures.of(row.min()),
                Figures.of(row.median()),
                Figures.of(row.max()),
                row.rounds().size());
    return """
    <span class="bar" title="%s"><i class="fill" style="width:%s%%"></i>%s%s</span>\
    """
        .formatted(
            Html.escape(hint),
            Html.number(row.median() * unit),
            range(row, unit),
            limit(row, unit));
  }

  private static String range(Row row, double unit) {
    return row.rounds().size() < 2
        ? ""
        : "<i class=\"range\" style=\"left:%s%%;width:%s%%\"></i>"
            .formatted(Html.number(row.min() * unit), Html.number((row.max() - row.min()) * unit));
  }

  private String limit(Row row, double unit) {
    OptionalDouble floor = scenario.floorOf(row);
    return floor.isEmpty() || row.metric().better() == Better.NEITHER
        ? ""
        : "<i class=\"limit\" style=\"left:%s%%\"></i>"
            .formatted(Html.number(floor.getAsDouble() * unit));
  }
}
