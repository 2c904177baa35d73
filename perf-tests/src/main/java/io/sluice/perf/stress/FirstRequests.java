package io.sluice.perf.stress;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/// Asks every node's API once for each thing that services ask for, so that a namespace without
/// history or presence, or a key that is wrong, is told before the first user comes.
final class FirstRequests {
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private FirstRequests() {}

  /// Returns when all of them were answered with a result.
  ///
  /// @throws IOException naming the first that was not, and what was answered
  static void demandAnswers(StressTarget target, String channel) throws IOException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      for (URI api : target.apis()) {
        demand(http, api, "publish", "{\"channel\":\"%s\",\"data\":{}}".formatted(channel), target);
        demand(http, api, "history", Requests.history(channel), target);
        demand(http, api, "presence_stats", Requests.presence(channel), target);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static void demand(
      HttpClient http, URI api, String method, String body, StressTarget target)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(api.resolve("/api/" + method))
            .timeout(ANSWER)
            .header("X-API-Key", target.key())
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    var answer = http.send(request, BodyHandlers.ofString());
    if (answer.statusCode() != 200 || !answer.body().contains("\"result\"")) {
      throw new IOException(
          "%s does not answer %s: %d %s"
              .formatted(api, method, answer.statusCode(), answer.body().strip()));
    }
  }
}
