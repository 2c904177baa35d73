package io.sluice.gateway.telemetry;

import java.util.List;

/// The units of metrics, as UCUM writes them, by how their names end: Micrometer puts the unit
/// there and nowhere else. Only those that whoever makes Prometheus' names of OTLP's turns back
/// into what the name has already, so that it stays as it is; a gauge of unit `1` would be called
/// `_ratio`. Pure.
final class Units {
  /// Of the largest since it was last read.
  private static final String MAX = "_max";

  private record Ending(String name, String unit) {}

  private static final List<Ending> ENDINGS =
      List.of(
          new Ending("_seconds", "s"),
          new Ending("_bytes", "By"),
          new Ending("_bytes_per_second", "By/s"),
          new Ending("_requests_per_second", "{request}/s"),
          new Ending("_percent", "%"),
          new Ending("_ratio", "1"),
          new Ending("_records", "{record}"),
          new Ending("_threads", "{thread}"),
          new Ending("_files", "{file}"),
          new Ending("_buffers", "{buffer}"));

  private Units() {}

  /// The unit of a metric; "" where its name has none.
  ///
  /// @param name as Prometheus has it, without `_total`
  static String of(String name) {
    String measured = name.endsWith(MAX) ? name.substring(0, name.length() - MAX.length()) : name;
    return ENDINGS.stream()
        .filter(ending -> measured.endsWith(ending.name()))
        .map(Ending::unit)
        .findFirst()
        .orElse("");
  }
}
