package io.sluice.perf.stress;

/// What a trace of a run begins with.
enum TraceKind {
  PUBLICATION("Publications"),
  REQUEST("Requests to the API");

  private final String label;

  TraceKind(String label) {
    this.label = label;
  }

  /// For people.
  String label() {
    return label;
  }
}
