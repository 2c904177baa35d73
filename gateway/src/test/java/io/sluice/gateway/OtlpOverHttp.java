package io.sluice.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/// OTLP over HTTP, in Protocol Buffers.
final class OtlpOverHttp implements OtlpReceiver.Listener {
  /// As HttpServer wants it told.
  private static final int NOTHING = -1;

  private final HttpServer server;

  /// @param port 0 = any
  OtlpOverHttp(
      int port,
      Consumer<ExportTraceServiceRequest> spans,
      Consumer<ExportMetricsServiceRequest> metrics)
      throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext(
        "/v1/traces",
        exchange -> {
          try (exchange) {
            spans.accept(ExportTraceServiceRequest.parseFrom(exchange.getRequestBody()));
            thanks(exchange);
          }
        });
    server.createContext(
        "/v1/metrics",
        exchange -> {
          try (exchange) {
            metrics.accept(ExportMetricsServiceRequest.parseFrom(exchange.getRequestBody()));
            thanks(exchange);
          }
        });
    server.start();
  }

  private static void thanks(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
    exchange.sendResponseHeaders(200, NOTHING); // which is the answer without a field
  }

  @Override
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
