package io.sluice.perf.stress;

import io.opentelemetry.sdk.trace.IdGenerator;
import io.sluice.embedded.CollectedSpan;
import io.sluice.embedded.EmbeddedCollector;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The traces of a run on nodes of its own: begins a few, collects what nodes send of them, and
/// keeps the slowest. Any thread.
final class RunTraces implements AutoCloseable {
  /// Who makes the span of a publication.
  static final String PUBLISHER = "publisher";

  private final SlowestTraces slowest = new SlowestTraces(System::nanoTime);
  private final TraceStarts publications = new TraceStarts();
  private final TraceStarts requests = new TraceStarts();
  private final IdGenerator ids = IdGenerator.random();
  private final EmbeddedCollector collector;

  /// Collects from now on.
  RunTraces() throws IOException {
    collector = new EmbeddedCollector(slowest::add, _ -> {}); // nodes are not told to send metrics
  }

  /// Environment variables of its nodes: spans come here, and of what this run begins only.
  Map<String, String> environment() {
    return Map.of("SLUICE_TRACING_ENDPOINT", collector.endpoint(), "SLUICE_TRACING_SAMPLE", "0");
  }

  /// Something is published.
  ///
  /// @return nothing for most
  Optional<Sending> publication(String topic) {
    return publications.takesThisOne() ? Optional.of(new Sending(topic)) : Optional.empty();
  }

  /// The API is asked.
  ///
  /// @return the request's `traceparent`; nothing for most
  Optional<String> request() {
    return requests.takesThisOne()
        ? Optional.of(traceparent(begin(TraceKind.REQUEST), ids.generateSpanId()))
        : Optional.empty();
  }

  private String begin(TraceKind kind) {
    String trace = ids.generateTraceId();
    slowest.begins(trace, kind);
    return trace;
  }

  /// Marked as sampled.
  private static String traceparent(String trace, String span) {
    return "00-" + trace + "-" + span + "-01";
  }

  /// The slowest so far; what comes later is not among them any more.
  FoundTraces found() {
    return slowest.found();
  }

  @Override
  public void close() {
    collector.close();
  }

  /// A publication that is traced, from here on until it is known what became of it. Any thread.
  final class Sending {
    private final String topic;
    private final String trace = begin(TraceKind.PUBLICATION);
    private final String span = ids.generateSpanId();
    private final Instant began = Instant.now();
    private final long beganNanos = System.nanoTime();

    private Sending(String topic) {
      this.topic = topic;
    }

    /// What its record carries.
    String traceparent() {
      return RunTraces.traceparent(trace, span);
    }

    /// Kafka has it.
    void written() {
      ends(false);
    }

    /// It was refused, or nobody knows.
    void failed() {
      ends(true);
    }

    private void ends(boolean failed) {
      long took = System.nanoTime() - beganNanos;
      long start = TimeUnit.SECONDS.toNanos(began.getEpochSecond()) + began.getNano();
      slowest.add(
          new CollectedSpan(
              "send " + topic,
              "producer",
              trace,
              span,
              "",
              List.of(),
              Map.of(),
              Map.of("service.instance.id", PUBLISHER),
              failed,
              start,
              start + took));
    }
  }
}
