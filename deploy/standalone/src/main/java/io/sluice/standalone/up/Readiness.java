package io.sluice.standalone.up;

import io.sluice.standalone.run.RunNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/// Asks a node whether it really answers, on both its ports. For one thread.
final class Readiness implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int OK = 200;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

  /// Whether the node has caught up and its edge takes clients.
  boolean isReady(RunNode node) throws InterruptedException {
    return answers(node.apiPort(), "/health/ready") && answers(node.edgePort(), "/health");
  }

  private boolean answers(int port, String path) throws InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(PATIENCE).build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == OK;
    } catch (IOException _) {
      return false; // nobody there yet
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
