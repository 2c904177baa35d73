package io.sluice.embedded;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.metrics.v1.Metric;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/// Takes spans and metrics as a collector does: OTLP over HTTP in Protocol Buffers, uncompressed,
/// up to [#MAX_BODY] bytes a request, on loopback. It passes them on and keeps nothing. Safe to use
/// from any thread; `close()` is idempotent.
///
/// Whoever uses it names `opentelemetry-proto` among its own dependencies: `up` and its nodes have
/// no use for it.
public final class EmbeddedCollector implements AutoCloseable {
  /// A node sends up to 512 spans at once, some 2 KB each.
  static final int MAX_BODY = 4 << 20;

  private static final int OK = 200;
  private static final int BAD = 400;
  private static final int TOO_LARGE = 413;

  /// As HttpServer wants it told; it is also the answer without a field.
  private static final int NOTHING = -1;

  private final HttpServer server;

  /// Of the body of a request.
  private interface Reading {
    void read(byte[] body) throws InvalidProtocolBufferException;
  }

  /// The same, on a free port.
  ///
  /// @throws IOException when it cannot listen
  public EmbeddedCollector(Consumer<CollectedSpan> spans, Consumer<Metric> metrics)
      throws IOException {
    this(0, spans, metrics);
  }

  /// Listens from now on. One thread of its own calls both, one after the other, and a request is
  /// answered when they have returned.
  ///
  /// @param port 0 = a free one
  /// @param spans given each span
  /// @param metrics given each metric
  /// @throws IOException when it cannot listen
  public EmbeddedCollector(int port, Consumer<CollectedSpan> spans, Consumer<Metric> metrics)
      throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext(
        "/v1/traces",
        exchange ->
            take(
                exchange,
                body -> OtlpRequests.spans(ExportTraceServiceRequest.parseFrom(body), spans)));
    server.createContext(
        "/v1/metrics",
        exchange ->
            take(
                exchange,
                body ->
                    OtlpRequests.metrics(ExportMetricsServiceRequest.parseFrom(body), metrics)));
    server.start();
  }

  private static void take(HttpExchange exchange, Reading reading) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
      int status = status(body, reading);
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(status, NOTHING);
    }
  }

  private static int status(byte[] body, Reading reading) {
    if (body.length > MAX_BODY) {
      return TOO_LARGE;
    }
    try {
      reading.read(body);
      return OK;
    } catch (InvalidProtocolBufferException _) {
      return BAD; // which tells the sender not to send it again
    }
  }

  /// For `tracing.endpoint` and `metrics.otlp-endpoint`.
  public String endpoint() {
    return "http://127.0.0.1:" + port();
  }

  /// Where it listens.
  public int port() {
    return server.getAddress().getPort();
  }

  /// Answers nothing more.
  @Override
  public void close() {
    server.stop(0);
  }
}
