package io.sluice.gateway;

import io.sluice.embedded.CollectedSpan;
import java.util.List;

/// A trace as text: each span below its parent, with when it began and how long it took, in
/// milliseconds, and what it says of itself.
final class TraceListing {
  private static final double MS = 1e6;

  private TraceListing() {}

  /// @param spans of one trace, by their start
  static String of(List<CollectedSpan> spans) {
    StringBuilder text = new StringBuilder();
    long start = spans.getFirst().start();
    spans.stream()
        .filter(span -> spans.stream().noneMatch(other -> other.id().equals(span.parent())))
        .forEach(root -> add(text, "", root, spans, start));
    return text.toString();
  }

  private static void add(
      StringBuilder text, String indent, CollectedSpan span, List<CollectedSpan> all, long start) {
    text.append(
        "%-44s %-8s %7.1f %7.1f%n"
            .formatted(
                indent + span.name(),
                span.kind(),
                (span.start() - start) / MS,
                (span.end() - span.start()) / MS));
    span.links()
        .forEach(link -> text.append(indent).append("    link to ").append(link).append('\n'));
    span.attributes()
        .forEach((name, value) ->
            text.append(indent).append("    ").append(name).append('=').append(value).append('\n'));
    all.stream()
        .filter(child -> child.parent().equals(span.id()))
        .forEach(child -> add(text, indent + "  ", child, all, start));
  }
}
