package io.sluice.perf.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HtmlPageTest {
  private static final String EVIL = "<b onclick='x()'>\"&</b>";
  private static final String HARMLESS = "&lt;b onclick=&#39;x()&#39;&gt;&quot;&amp;&lt;/b&gt;";

  /// To be looked at: `target/report/sample.html`.
  @Test
  void theSampleIsWrittenForPeopleToLookAt() throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "report"));
    Files.writeString(folder.resolve("sample.html"), HtmlPage.of(SampleRun.results()));

    assertThat(folder.resolve("sample.html")).isNotEmptyFile();
  }

  @Test
  void nothingIsLoadedFromElsewhere() {
    assertThat(HtmlPage.of(SampleRun.results()))
        .doesNotContain("http://", "https://", "src=", "@import", "url(", "<script", "<link");
  }

  @Test
  void everyTextIsEscaped() {
    Map<String, String> pairs = Map.of(EVIL, EVIL);
    RunInfo run =
        new RunInfo(Instant.EPOCH, Duration.ZERO, EVIL, 1, pairs, pairs, pairs, List.of(EVIL));
    Metric metric = new Metric(EVIL, EVIL, Better.LOWER);
    Row row = new Row(EVIL, EVIL, EVIL, metric, List.of(1.0, 2.0), EVIL);
    Curve curve =
        new Curve(EVIL, EVIL, EVIL, Scale.LINEAR, Scale.LINEAR, EVIL, List.of(new Point(1, 2)));

    String page = HtmlPage.of(new Results(run, List.of(row), List.of(curve)));

    assertThat(page).doesNotContain("<b on", "onclick='", "\"&<").contains(HARMLESS);
    // In a table: title, column, variant, contender, label, note. In a plot: title, legend, name,
    // both axes, the hint. At the top: contender. Below: three pairs, remark, command.
    assertThat(page.split("onclick=&#39;", -1).length - 1).isEqualTo(25);
  }

  @Test
  void aFigureSaysHowFarFromTheFloorItIs() {
    assertThat(HtmlPage.of(SampleRun.results()))
        .contains("<span class=\"distance\">1.29× floor</span>")
        .contains("<span class=\"distance\">72.7% of floor</span>");
  }

  @Test
  void whatIsNotMeasuredShowsItsNoteAndAMissingCellADash() {
    assertThat(HtmlPage.of(SampleRun.results()))
        .contains("<em class=\"note\">not yet</em>")
        .contains("<em class=\"note\">OutOfMemoryError: unable to create native thread")
        .contains("<td class=\"none\">-</td>");
  }

  private static Curve line(String plot, double to) {
    List<Point> points = List.of(new Point(0, 1), new Point(to, 2));
    return new Curve(plot, "s", "y", Scale.LINEAR, Scale.LINEAR, "Sluice", points);
  }

  @Test
  void plotsOfOneTimeHaveOneAxis() {
    Results results =
        new Results(SampleRun.results().run(), List.of(), List.of(line("P", 100), line("Q", 2)));
    String own = HtmlPage.of(results, new HtmlPage.Subject("T", "", "", false, false));
    String shared = HtmlPage.of(results, new HtmlPage.Subject("T", "", "", false, true));
    // the last tick of the axis to the right: once a plot
    assertThat(own.split(">100</text>", -1)).hasSize(2);
    assertThat(shared.split(">100</text>", -1)).hasSize(3);
    assertThat(shared).contains("<title>T, 25 November 2026");
  }

  @Test
  void aRunThatFoundNothingStillHasAPage() {
    RunInfo run = SampleRun.results().run();
    Curve empty = new Curve("P", "x", "y", Scale.LOG, Scale.LOG, "Sluice", List.of());

    assertThat(HtmlPage.of(new Results(run, List.of(), List.of(empty))))
        .contains("<h1>Sluice benchmark</h1>", "./sluice benchmark --rounds 3")
        .doesNotContain("NaN");
  }
}
