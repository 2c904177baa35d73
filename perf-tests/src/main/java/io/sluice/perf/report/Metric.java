package io.sluice.perf.report;

/// What is measured: a column of the tables.
///
/// @param name such as `server CPU per delivery`
/// @param unit as it is printed, such as `µs`; empty for a bare number
/// @param better which way it should go
public record Metric(String name, String unit, Better better) {
  public Metric {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a metric needs a name");
    }
  }
}
