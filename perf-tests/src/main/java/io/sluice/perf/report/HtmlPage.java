package io.sluice.perf.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/// [Results] as a page of their own: one file, no script, nothing loaded from elsewhere; light and
/// dark, desktop and phone.
public final class HtmlPage {
  private static final String STYLE = style();

  private HtmlPage() {}

  /// What a page is about, beside its results.
  ///
  /// @param title of the page
  /// @param lead a paragraph that explains the figures, HTML
  /// @param opening sections before the figures, HTML
  /// @param compares whether contenders are compared, and a legend of all helps
  /// @param oneAxis whether all plots go as far to the right as the one that goes furthest, so that
  ///   what happened at the same time stands at the same place
  public record Subject(
      String title, String lead, String opening, boolean compares, boolean oneAxis) {}

  /// A benchmark as a whole document.
  public static String of(Results r) {
    return of(r, new Subject("Sluice benchmark", explanation(Contenders.of(r)), "", true, false));
  }

  /// The whole document. It may show pages that lie beside it.
  public static String of(Results r, Subject subject) {
    Contenders contenders = Contenders.of(r);
    return """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; frame-src 'self' file:">
    <title>%s</title>
    <style>
    %s</style></head>
    <body><main>
    <header><h1>%s</h1>
    %s<p class="lead">%s</p>
    %s</header>
    %s%s%s%s</main></body></html>
    """
        .formatted(
            Html.escape(subject.title() + ", " + Words.summary(r.run())),
            STYLE,
            Html.escape(subject.title()),
            facts(r.run()),
            subject.lead(),
            subject.compares() ? legend(contenders) : "",
            subject.opening(),
            Scenario.of(r.rows()).stream()
                .map(scenario -> new HtmlTable(scenario, contenders).html())
                .collect(joining()),
            curves(r.curves(), contenders, subject.oneAxis()),
            surroundings(r.run()));
  }

  private static String facts(RunInfo run) {
    return "<p class=\"facts\">%s · %s · took %s</p>\n"
        .formatted(
            Html.escape(Words.minute(run.started())),
            run.rounds() == 1 ? "1 round" : run.rounds() + " rounds",
            Html.escape(Words.time(run.took())));
  }

  private static String explanation(Contenders contenders) {
    String text =
        """
        Every figure is the median of its rounds, and ± is the distance from the lowest round to the
        highest as a share of that median. Below it, the bar ends at the median and the thin line
        spans the rounds; all bars of a column share one scale, which begins at zero.
        """;
    String floor =
        """
        The contender <b>floor</b> is the limit of this machine: “1.5× floor” or “70% of floor” says
        how far a figure is from it, and so does the upright line across the bars.
        """;
    return contenders.names().contains(Contenders.FLOOR) ? text + floor : text;
  }

  private static String legend(Contenders contenders) {
    return contenders.names().stream()
        .map(it -> entry(it, contenders))
        .collect(joining("", "<ul class=\"legend\">", "</ul>"));
  }

  private static String entry(String contender, Contenders contenders) {
    return "<li class=\"%s\"><i class=\"dot\"></i>%s</li>\n"
        .formatted(contenders.style(contender), Html.escape(contender));
  }

  private static String curves(List<Curve> curves, Contenders contenders, boolean oneAxis) {
    return curves.isEmpty()
        ? ""
        : "<section><h2>Curves</h2>\n<div class=\"plots\">%s</div></section>\n"
            .formatted(PlotFigure.all(curves, contenders, oneAxis));
  }

  private static String surroundings(RunInfo run) {
    String remarks =
        run.remarks().stream()
            .map(remark -> "<li>" + Html.escape(remark) + "</li>\n")
            .collect(joining());
    return """
    <section class="how"><h2>How it was measured</h2>
    %s%s%s%s<h3>To repeat it</h3>
    <pre><code>%s</code></pre></section>
    """
        .formatted(
            remarks.isEmpty() ? "" : "<ul class=\"remarks\">" + remarks + "</ul>\n",
            pairs("Machine", run.machine(), Html::escape),
            pairs("Versions", run.versions(), Html::escape),
            pairs("Flags and settings", run.flags(), HtmlPage::flags),
            Html.escape(run.command()));
  }

  private static String pairs(String title, Map<String, String> pairs, UnaryOperator<String> html) {
    return pairs.isEmpty()
        ? ""
        : pairs.entrySet().stream()
            .map(it ->
                "<div><dt>%s</dt><dd>%s</dd></div>\n"
                    .formatted(Html.escape(it.getKey()), html.apply(it.getValue())))
            .collect(joining("", "<h3>" + title + "</h3>\n<dl>", "</dl>\n"));
  }

  /// Lines break between flags, never after the hyphen that one begins with.
  private static String flags(String flags) {
    return Arrays.stream(flags.strip().split("\\s+", -1))
        .map(flag -> "<code class=\"flag\">" + Html.escape(flag) + "</code>")
        .collect(joining(" "));
  }

  private static String style() {
    try (var stream = Objects.requireNonNull(HtmlPage.class.getResourceAsStream("page.css"))) {
      return new String(stream.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
