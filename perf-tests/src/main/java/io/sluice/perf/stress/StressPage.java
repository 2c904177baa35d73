package io.sluice.perf.stress;

import static java.util.stream.Collectors.joining;

import io.sluice.perf.report.Html;
import io.sluice.perf.report.HtmlPage;
import io.sluice.perf.report.Results;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The report of a run: a verdict for each goal, Gatling's own page, the slowest traces, what was
/// seen over time, and what the logs complain of.
final class StressPage {
  private static final String LEAD =
      """
      Goals are judged by Gatling's assertions. All plots share one time axis, the seconds since the run
      began; Gatling's page, below the verdicts, has its own. Then come the slowest traces; what the logs
      complain of is at the end.
      """;

  private StressPage() {}

  /// @param gatling where Gatling's page is, relative to this one
  /// @param traces nothing where nodes run elsewhere
  static String of(
      StressScenario scenario,
      Results results,
      List<Verdict> verdicts,
      String gatling,
      @Nullable FoundTraces traces) {
    String opening =
        """
        <section><h2>Goals</h2>
        <table><thead><tr><th>goal</th><th>measured</th><th>verdict</th></tr></thead>
        <tbody>%s</tbody></table></section>
        <section><h2>Gatling</h2>
        <p><a href="%s">Its page by itself</a></p>
        <iframe title="Gatling's report" src="%s" style="width:100%%;height:44rem;border:1px solid #8886;border-radius:6px"></iframe></section>
        """
            .formatted(
                verdicts.stream().map(StressPage::line).collect(joining()),
                Html.escape(gatling),
                Html.escape(gatling));
    String slowest = TracesSection.of(traces, results.run().started());
    // the verdicts say what the rows would
    Results seen = new Results(results.run(), List.of(), results.curves());
    return HtmlPage.of(
        seen,
        new HtmlPage.Subject(
            "Sluice under stress: " + scenario.label(), LEAD, opening + slowest, false, true));
  }

  private static String line(Verdict verdict) {
    return "<tr><td>%s</td><td>%s</td><td>%s</td></tr>\n"
        .formatted(
            Html.escape(verdict.goal().text(verdict.bound())),
            Html.escape(verdict.measured()),
            verdict.holds() ? "reached" : "<b>missed</b>");
  }
}
