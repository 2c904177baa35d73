package io.sluice.perf.stress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;

/// The slowest traces of a run, and how many there were; also as JSON, which the run leaves beside
/// what its monitor has seen.
///
/// @param seen traces of which there were spans
/// @param late spans that came when their trace was not waited for any more, or of no trace of the
///   run
/// @param slowest those of a kind together, the slowest of it first
record FoundTraces(long seen, long late, List<SlowTrace> slowest) {
  private static final ObjectMapper JSON = new ObjectMapper();

  FoundTraces {
    slowest = List.copyOf(slowest);
  }

  /// Where a run leaves it.
  static Path file(StressPlan plan) {
    return plan.folder().resolve("stress-" + plan.scenario().label() + "-traces.json");
  }

  String toJson() throws JsonProcessingException {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this);
  }

  static FoundTraces ofJson(String json) throws JsonProcessingException {
    return JSON.readValue(json, FoundTraces.class);
  }

  /// The slowest first.
  List<SlowTrace> of(TraceKind kind) {
    return slowest.stream().filter(trace -> trace.kind() == kind).toList();
  }
}
