package io.sluice.perf.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.perf.report.Results;
import io.sluice.perf.report.RunInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TracesSectionTest {
  private static final Instant BEGAN = Instant.ofEpochMilli(1_800_000_000_000L);
  private static final String EVIL = "<b onclick='x()'>\"&</b>";

  private static SlowTrace trace(TraceKind kind, int more, SlowTrace.Span... spans) {
    return new SlowTrace(kind, BEGAN.toEpochMilli() + 12_340, "4bf9", 40_000, more, List.of(spans));
  }

  private static String section(SlowTrace... traces) {
    return TracesSection.of(new FoundTraces(1_612, 0, List.of(traces)), BEGAN);
  }

  @Test
  void aTraceSaysWhenItBeganHowLongItTookAndWhoDidWhatInIt() {
    String html =
        section(
            trace(
                TraceKind.PUBLICATION,
                0,
                new SlowTrace.Span("send news", "publisher", 0, 0, false, 10_000),
                new SlowTrace.Span("process news", "node-1", 1, 20_000, true, 600)));

    assertThat(html)
        .contains("the slowest of 1,612", "<h3>Publications</h3>")
        .doesNotContain("Requests to the API</h3>", "came too late", " more</em>")
        .contains("<b>40.0 ms</b>", "12.3 s after the run began", ">4bf9<")
        .contains(
            "<li class=\"k1\"><span style=\"padding-left:0em\"><b>send news</b>"
                + " <span class=\"quiet\">publisher, at 0.0 ms, takes 10.0 ms</span></span>"
                + "<span class=\"bar\"><i class=\"fill\" style=\"left:0.0%;width:25.0%\"></i></span></li>")
        .contains(
            "<li class=\"k0\"><span style=\"padding-left:1em\"><b>process news</b>"
                + " <span class=\"quiet\">node-1, at 20.0 ms, takes 0.6 ms, failed</span></span>"
                + "<span class=\"bar\"><i class=\"fill\" style=\"left:50.0%;width:1.5%\"></i></span></li>");
  }

  @Test
  void whatIsNotShownIsCounted() {
    SlowTrace trace =
        trace(TraceKind.REQUEST, 3, new SlowTrace.Span("POST /api/publish", "n", 0, 0, false, 1));

    assertThat(section(trace)).contains("and 3 more", "<h3>Requests to the API</h3>");
    assertThat(TracesSection.of(new FoundTraces(1, 2, List.of(trace)), BEGAN))
        .contains("2 spans came too late for it.");
  }

  @Test
  void everyTextIsEscaped() {
    SlowTrace evil =
        new SlowTrace(
            TraceKind.REQUEST,
            0,
            EVIL,
            0,
            0,
            List.of(new SlowTrace.Span(EVIL, EVIL, 1_000, 0, false, 0)));

    String html = section(evil);

    assertThat(html).doesNotContain("<b on", "onclick='", "NaN", "1000em");
    assertThat(html.split("onclick=&#39;", -1)).as("id, name and node").hasSize(4);
  }

  @Test
  void whereNothingCameItSaysSo() {
    assertThat(section()).contains("No node has sent a span");
  }

  private static String page(Results results) {
    return StressPage.of(StressScenario.BASELINE, results, List.of(), "gatling/index.html", null);
  }

  @Test
  void thePageHasTheSectionAndOfNodesElsewhereWhyItIsEmpty() {
    RunInfo run =
        new RunInfo(BEGAN, Duration.ZERO, "./sluice", 1, Map.of(), Map.of(), Map.of(), List.of());
    Results results = new Results(run, List.of(), List.of());
    FoundTraces found =
        new FoundTraces(
            1,
            0,
            List.of(trace(TraceKind.PUBLICATION, 0, new SlowTrace.Span("s", "n", 0, 0, false, 1))));

    assertThat(page(results)).contains("<h2>Slowest traces</h2>", "<code>tracing.endpoint</code>");
    assertThat(StressPage.of(StressScenario.BASELINE, results, List.of(), "gatling/", found))
        .contains("12.3 s after the run began")
        .doesNotContain("tracing.endpoint", "<script");
  }
}
