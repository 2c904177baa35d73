package io.sluice.gateway.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.sluice.broker.RecordTraces;
import io.sluice.gateway.config.TracingConfig;
import io.sluice.gateway.edge.ConnectTraces;
import io.sluice.gateway.hub.FanOuts;
import io.sluice.session.SessionStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Owns OpenTelemetry's SDK for traces: nothing of it exists unless `tracing.endpoint` is set.
/// Opened before whatever makes spans, closed after it. For any thread.
public final class Tracing implements AutoCloseable {
  /// A publication that is followed, with its span, which has no end yet; about.
  private static final int FOLLOWED_BYTES = 1 << 10;

  /// Bytes of the heap that it takes at most: spans that wait or are being sent, and publications
  /// that are followed. Spans that have not ended yet, of requests and connects, are few.
  public static final long MOST_BYTES =
      (long) SpanExports.MAX_WAITING * SpanExports.SPAN_BYTES + (long) FanOuts.MAX * FOLLOWED_BYTES;

  private static final Logger log = LoggerFactory.getLogger(Tracing.class);

  /// How often spans leave, unless many wait.
  private static final Duration EVERY = Duration.ofSeconds(1);

  /// For one batch, connecting and repetitions included.
  private static final Duration EXPORT_TIMEOUT = Duration.ofSeconds(3);

  /// Then a batch has failed, whatever comes of it; by then the exporter has mostly said why.
  private static final Duration GIVEN_UP = EXPORT_TIMEOUT.plusMillis(500);

  /// Spans in one request.
  private static final int BATCH = 512;

  /// How long closing waits for spans that have not left.
  private static final Duration CLOSING = Duration.ofSeconds(2);

  private static final String SCOPE = "io.sluice.gateway";

  /// What there is while tracing is on.
  ///
  /// @param sampling decides what is traced
  private record Parts(
      SdkTracerProvider provider, Tracer tracer, Sampling sampling, SpanExports exports) {}

  private final Optional<Parts> parts;

  private Tracing(Optional<Parts> parts) {
    this.parts = parts;
  }

  /// Traces as configured. Does not wait for the collector, and starts without it.
  ///
  /// @param nodeId the resource's `service.instance.id`
  /// @param version its `service.version`
  /// @param metrics gets counters of spans while tracing is on
  public static Tracing open(
      TracingConfig config, String nodeId, String version, MeterRegistry metrics) {
    return new Tracing(
        config.isOn() ? Optional.of(parts(config, nodeId, version, metrics)) : Optional.empty());
  }

  private static Parts parts(
      TracingConfig config, String nodeId, String version, MeterRegistry metrics) {
    Counter skipped =
        Counter.builder("sluice.traces.skipped")
            .description("Traces this node took no part in, being beyond tracing.max-per-second")
            .register(metrics);
    SpanExports exports =
        new SpanExports(Exporters.spans(config, EXPORT_TIMEOUT), config.url(), GIVEN_UP, metrics);
    SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setResource(Node.resource(nodeId, version))
            .setSampler(Sampler.alwaysOn()) // Sampling has decided before
            .addSpanProcessor(
                new AdmittedSpans(
                    exports,
                    BatchSpanProcessor.builder(exports)
                        .setScheduleDelay(EVERY)
                        .setMaxQueueSize(SpanExports.MAX_WAITING)
                        .setMaxExportBatchSize(BATCH)
                        .setExporterTimeout(EXPORT_TIMEOUT)
                        .build()))
            .build();
    return new Parts(
        provider,
        provider.tracerBuilder(SCOPE).setInstrumentationVersion(version).build(),
        new Sampling(config, skipped::increment),
        exports);
  }

  /// Traces records and publishes.
  ///
  /// @param fanOuts of the node's hub
  public RecordTraces records(FanOuts fanOuts) {
    return parts
        .<RecordTraces>map(on -> new RecordSpans(on.tracer(), on.sampling(), fanOuts))
        .orElse(RecordTraces.NONE);
  }

  /// Traces requests to the API; nothing while tracing is off.
  public Optional<RequestSpans> requests() {
    return parts.map(on -> new RequestSpans(on.tracer(), on.sampling()));
  }

  /// Traces connects of clients.
  public ConnectTraces connects() {
    return parts
        .<ConnectTraces>map(on -> new ConnectSpans(on.tracer(), on.sampling()))
        .orElse(ConnectTraces.NONE);
  }

  /// The store, its calls traced.
  public SessionStore sessions(SessionStore store) {
    return parts
        .<SessionStore>map(
            on -> new TracedSessions(store, new StoreSpans(on.tracer(), on.sampling())))
        .orElse(store);
  }

  /// Sends what has not left yet, for at most two seconds.
  @Override
  public void close() {
    parts.ifPresent(on -> {
      on.provider().shutdown().join(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
      int left = on.exports().waiting();
      if (left > 0) {
        log.warn("spans were not sent before the node closed spans={}", left);
      }
    });
  }
}
