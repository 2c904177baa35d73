package io.sluice.embedded;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// A span as a collector was given it.
///
/// @param kind in lower case: `server`, `producer`
/// @param id the span's
/// @param parent the parent span's id; "" for the first of a trace
/// @param links `TRACE-SPAN` each
/// @param attributes as text, by name
/// @param resource the same, of who made it
/// @param start nanoseconds since 1970
/// @param end the same
public record CollectedSpan(
    String name,
    String kind,
    String trace,
    String id,
    String parent,
    List<String> links,
    Map<String, String> attributes,
    Map<String, String> resource,
    boolean failed,
    long start,
    long end) {
  public CollectedSpan {
    links = List.copyOf(links);
    attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
    resource = Collections.unmodifiableMap(new TreeMap<>(resource));
  }

  static CollectedSpan of(Span span, Resource resource) {
    return new CollectedSpan(
        span.getName(),
        span.getKind().name().replace("SPAN_KIND_", "").toLowerCase(Locale.ROOT),
        hex(span.getTraceId().toByteArray()),
        hex(span.getSpanId().toByteArray()),
        hex(span.getParentSpanId().toByteArray()),
        span.getLinksList().stream()
            .map(link ->
                hex(link.getTraceId().toByteArray()) + "-" + hex(link.getSpanId().toByteArray()))
            .toList(),
        attributes(span.getAttributesList()),
        attributes(resource.getAttributesList()),
        span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR,
        span.getStartTimeUnixNano(),
        span.getEndTimeUnixNano());
  }

  private static Map<String, String> attributes(List<KeyValue> all) {
    Map<String, String> found = new TreeMap<>();
    all.forEach(one -> found.put(one.getKey(), text(one.getValue())));
    return found;
  }

  private static String text(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case INT_VALUE -> Long.toString(value.getIntValue());
      default -> value.toString();
    };
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /// An attribute; "" where there is none.
  public String attribute(String name) {
    return attributes.getOrDefault(name, "");
  }

  /// Whether a `traceparent` names this span, as one that is sampled.
  public boolean isNamedBy(String traceparent) {
    String[] parts = traceparent.split("-", -1);
    return parts.length == 4
        && parts[1].equals(trace)
        && parts[2].equals(id)
        && (Integer.parseInt(parts[3], 16) & 1) == 1;
  }
}
