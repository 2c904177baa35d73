package io.sluice.perf.stress;

import static java.util.stream.Collectors.joining;

import io.sluice.perf.report.Html;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The slowest traces of a run as a section of its page: a row for each, and in it a bar for each
/// span, on the trace's own scale. Names and figures stand beside the bars. Pure.
final class TracesSection {
  /// As many as the page has colours; which node it is stands in words, too.
  private static final int COLOURS = 7;

  /// Spans below that are not moved to the right any more.
  private static final int DEEPEST = 8;

  private static final double US_A_MS = 1e3;
  private static final double MS_A_SECOND = 1e3;
  private static final double PER_CENT = 100;

  private final FoundTraces found;
  private final Instant began;
  private final List<String> nodes;

  private TracesSection(FoundTraces found, Instant began) {
    this.found = found;
    this.began = began;
    this.nodes =
        found.slowest().stream()
            .flatMap(trace -> trace.spans().stream())
            .map(SlowTrace.Span::node)
            .distinct()
            .sorted()
            .toList();
  }

  /// @param found nothing where nodes run elsewhere, and send their spans elsewhere
  /// @param began when the run did
  static String of(@Nullable FoundTraces found, Instant began) {
    return "<section><h2>Slowest traces</h2>\n%s</section>\n"
        .formatted(found == null ? elsewhere() : new TracesSection(found, began).html());
  }

  private static String elsewhere() {
    return """
    <p class="lead">None: nodes that run elsewhere send theirs where their <code>tracing.endpoint</code> says. Where that is a \
    collector, it has the share <code>tracing.sample</code> of what this run published and asked by the API.</p>
    """;
  }

  private String html() {
    if (found.slowest().isEmpty()) {
      return "<p class=\"lead\">No node has sent a span of what was traced.</p>\n";
    }
    return """
    <p class="lead">At most four publications a second, and as many requests to the API, are traced; these are the slowest of \
    %,d. Bars of a trace share one scale, from the start of its first span to the end of its last; what is moved to the \
    right is part of what began before.%s</p>
    %s%s\
    """
        .formatted(
            found.seen(),
            found.late() == 0 ? "" : " %,d spans came too late for it.".formatted(found.late()),
            table(TraceKind.PUBLICATION),
            table(TraceKind.REQUEST));
  }

  private String table(TraceKind kind) {
    List<SlowTrace> traces = found.of(kind);
    return traces.isEmpty()
        ? ""
        : """
        <h3>%s</h3>
        <table><thead><tr><th scope="col">trace</th><th scope="col">spans</th></tr></thead>
        <tbody>%s</tbody></table>
        """
            .formatted(
                Html.escape(kind.label()), traces.stream().map(this::row).collect(joining()));
  }

  private String row(SlowTrace trace) {
    return """
    <tr><th scope="row"><b>%s ms</b><em class="note">%s s after the run began</em><em class="note">%s</em></th>
    <td data-label="spans"><div><ol class="spans">%s</ol>%s</div></td></tr>
    """
        .formatted(
            Html.number(trace.micros() / US_A_MS),
            Html.number((trace.began() - began.toEpochMilli()) / MS_A_SECOND),
            Html.escape(trace.id()),
            trace.spans().stream().map(span -> line(span, trace)).collect(joining()),
            trace.more() == 0
                ? ""
                : "<em class=\"note\">and %,d more</em>".formatted(trace.more()));
  }

  private String line(SlowTrace.Span span, SlowTrace trace) {
    double unit = PER_CENT / Math.max(1, trace.micros());
    return """
    <li class="k%d"><span style="padding-left:%dem"><b>%s</b> <span class="quiet">%s, at %s ms, takes %s ms%s</span></span>\
    <span class="bar"><i class="fill" style="left:%s%%;width:%s%%"></i></span></li>
    """
        .formatted(
            nodes.indexOf(span.node()) % COLOURS,
            Math.min(DEEPEST, span.depth()),
            Html.escape(span.name()),
            Html.escape(span.node()),
            Html.number(span.from() / US_A_MS),
            Html.number(span.micros() / US_A_MS),
            span.failed() ? ", failed" : "",
            Html.number(span.from() * unit),
            Html.number(span.micros() * unit));
  }
}
