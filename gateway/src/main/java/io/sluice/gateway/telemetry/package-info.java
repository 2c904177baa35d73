/// What leaves the node for collectors, with the SDK of OpenTelemetry: traces ([Tracing], which
/// owns the SDK), that is, what is followed ([Sampling]), the spans of records on their way through
/// the node ([RecordSpans]), of requests and connects ([RequestSpans], [ConnectSpans]) and of calls
/// of the session store ([TracedSessions]); and metrics ([MetricSending]). [Exporters] makes what
/// sends both. The rest of the gateway knows of OpenTelemetry at most what its API offers.
@org.jspecify.annotations.NullMarked
package io.sluice.gateway.telemetry;
