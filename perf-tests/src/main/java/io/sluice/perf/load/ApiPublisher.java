package io.sluice.perf.load;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The HTTP API: `POST /api/publish`, one publication a request.
///
/// Requests to one channel may overtake one another unless `atOnce` is 1.
public final class ApiPublisher implements Publisher {
  private static final Duration ANSWER = Duration.ofSeconds(10);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI api;
  private final String key;
  private final int atOnce;
  private final Semaphore room;

  /// @param api base address, such as `http://127.0.0.1:9000`
  /// @param key of the API
  /// @param atOnce requests under way
  public ApiPublisher(URI api, String key, int atOnce) {
    this.api = api.resolve("/api/publish");
    this.key = key;
    this.atOnce = atOnce;
    this.room = new Semaphore(atOnce);
  }

  @Override
  public void publish(String channel, byte[] payload, Outcome outcome) {
    String body =
        "{\"channel\":\"%s\",\"data\":%s}"
            .formatted(channel, new String(payload, StandardCharsets.UTF_8));
    HttpRequest request =
        HttpRequest.newBuilder(api)
            .timeout(ANSWER)
            .header("X-API-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    room.acquireUninterruptibly();
    var _ =
        http.sendAsync(request, BodyHandlers.ofString())
            .whenComplete((answer, failure) -> {
              room.release();
              if (failure != null) {
                outcome.failed(failure.toString());
              } else if (answer.statusCode() == 200 && answer.body().contains("\"result\"")) {
                outcome.acknowledged(-1);
              } else {
                outcome.failed(answer.statusCode() + " " + answer.body());
              }
            });
  }

  @Override
  public void close() {
    try {
      if (room.tryAcquire(atOnce, ANSWER.toMillis(), TimeUnit.MILLISECONDS)) {
        room.release(atOnce);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    http.shutdownNow();
  }
}
