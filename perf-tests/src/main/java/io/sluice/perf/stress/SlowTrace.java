package io.sluice.perf.stress;

import java.util.List;

/// A trace as the report shows it.
///
/// @param began when its first span did, ms since 1970
/// @param id in hex
/// @param micros until its last span ended
/// @param more spans that are not among `spans`, being too many; `micros` knows them
/// @param spans by their start
record SlowTrace(
    TraceKind kind, long began, String id, long micros, int more, List<SlowTrace.Span> spans) {
  SlowTrace {
    spans = List.copyOf(spans);
  }

  /// What somebody did.
  ///
  /// @param node who
  /// @param depth how many of the trace's other spans it is below
  /// @param from µs since the trace began
  /// @param failed whether it says so
  /// @param micros how long it took
  record Span(String name, String node, int depth, long from, boolean failed, long micros) {}
}
