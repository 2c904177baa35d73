package io.sluice.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A collector that keeps what it is sent byte by byte, whatever field that is in: OTLP over HTTP,
/// where texts stand as they are.
final class RawCollector implements AutoCloseable {
  private static final int OK = 200;
  private static final int NOTHING = -1;

  private final Queue<String> bodies = new ConcurrentLinkedQueue<>();
  private final HttpServer server;

  RawCollector() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::take);
    server.start();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      bodies.add(
          exchange.getRequestURI()
              + "\n"
              + exchange.getRequestHeaders().entrySet()
              + "\n"
              + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(OK, NOTHING);
    }
  }

  /// For `tracing.endpoint` and `metrics.otlp-endpoint`.
  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// Requests with their paths, headers and bodies.
  String all() {
    return String.join("\n", bodies);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
