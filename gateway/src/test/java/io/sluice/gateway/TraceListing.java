package io.sluice.gateway;

import io.sluice.embedded.CollectedSpan;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// A trace as text: each span below its parent, with the beginnings of its id and its parent's,
/// when it began and how long it took, in milliseconds, and what it says of itself; below the span
/// that a client was told of, what it was told.
final class TraceListing {
  private static final double MS = 1e6;

  /// Characters of an id: enough to find it again.
  private static final int SHORT = 8;

  private static final Pattern ID = Pattern.compile("\\b[0-9a-f]{8}(?:[0-9a-f]{8}){0,3}\\b");
  private static final Pattern TIMES =
      Pattern.compile(" +-?\\d+\\.\\d +\\d+\\.\\d$", Pattern.MULTILINE);
  private static final Pattern OFFSET = Pattern.compile("(messaging\\.kafka\\.offset)=\\d+");

  private final List<CollectedSpan> spans;
  private final String traceparent;
  private final StringBuilder text = new StringBuilder();

  private TraceListing(List<CollectedSpan> spans, String traceparent) {
    this.spans = spans;
    this.traceparent = traceparent;
  }

  /// @param spans of one trace, by their start
  /// @param traceparent that a client was given with the publication
  static String of(List<CollectedSpan> spans, String traceparent) {
    TraceListing listing = new TraceListing(spans, traceparent);
    listing.row("span", "kind", "id", "parent", "begins", "takes");
    spans.stream()
        .filter(span -> spans.stream().noneMatch(other -> other.id().equals(span.parent())))
        .forEach(root -> listing.add("", root));
    return listing.text.toString();
  }

  private void row(String... columns) {
    text.append(
            String.format(Locale.ROOT, "%-36s %-8s %-8s %-8s %8s %7s", (Object[]) columns)
                .stripTrailing())
        .append('\n');
  }

  private void add(String indent, CollectedSpan span) {
    row(
        indent + span.name(),
        span.kind(),
        shortened(span.id()),
        shortened(span.parent()),
        ms(span.start() - spans.getFirst().start()),
        ms(span.end() - span.start()));
    more(indent, "service.name=" + span.resource().get("service.name"));
    span.links().forEach(link -> more(indent, "link to " + link(span, link)));
    span.attributes().forEach((name, value) -> more(indent, name + "=" + value));
    if (span.isNamedBy(traceparent)) {
      row(indent + "  given to a client", "", "-", shortened(span.id()), "", "");
      more(indent + "  ", "tags.traceparent=" + traceparent);
    }
    spans.stream()
        .filter(child -> child.parent().equals(span.id()))
        .forEach(child -> add(indent + "  ", child));
  }

  private void more(String indent, String line) {
    text.append(indent).append("    ").append(line).append('\n');
  }

  /// Within the trace its span is enough.
  private static String link(CollectedSpan span, String link) {
    String own = span.trace() + "-";
    return link.startsWith(own) ? shortened(link.substring(own.length())) : link;
  }

  private static String shortened(String id) {
    return id.isEmpty() ? "-" : id.substring(0, SHORT);
  }

  private static String ms(long nanos) {
    return String.format(Locale.ROOT, "%.1f", nanos / MS);
  }

  /// What is the same each time: ids as numbers, in the order in which they come, times and offsets
  /// as 0.
  static String normalised(String listing) {
    Map<String, String> numbers = new HashMap<>();
    String named =
        ID.matcher(listing)
            .replaceAll(id -> {
              String known = id.group().substring(0, SHORT);
              numbers.putIfAbsent(known, "id" + (numbers.size() + 1));
              return String.valueOf(numbers.get(known));
            });
    return OFFSET.matcher(TIMES.matcher(named).replaceAll(" 0 0")).replaceAll("$1=0");
  }
}
