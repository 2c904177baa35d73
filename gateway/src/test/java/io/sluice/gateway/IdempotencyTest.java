package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.embedded.EmbeddedRedis;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Publishes with one idempotency key at two nodes at once, with Redis and without.
@Tag("full")
final class IdempotencyTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final int KEYS = 20;
  private static final String LOCAL = "\"idempotency\":\"local\"";

  @Test
  void oneKeyIsPublishedOnceWhicheverNodesAreAskedAndWithoutRedisTheAnswerSaysSo()
      throws Exception {
    try (EmbeddedRedis redis = EmbeddedRedis.builder().start();
        Gateway one = node(redis);
        Gateway two = node(redis);
        ToldServices topic =
            new ToldServices(TestStack.kafka().bootstrapServers(), "idempotency.default")) {
      List<CompletableFuture<String>> answers = new ArrayList<>();
      for (int i = 0; i < KEYS; i++) {
        answers.add(publish(one, "key-" + i));
        answers.add(publish(two, "key-" + i));
      }
      for (int i = 0; i < KEYS; i++) {
        String answer = answers.get(2 * i).join();
        assertThat(answer).contains("\"offset\":").doesNotContain("idempotency");
        assertThat(answers.get(2 * i + 1).join()).isEqualTo(answer);
        assertThat(publish(two, "key-" + i).join()).isEqualTo(answer);
      }
      assertThat(topic.of("paid")).hasSize(KEYS);
      assertThat(topic.of("paid").stream().map(it -> header(it.headers())).sorted().distinct())
          .hasSize(KEYS)
          .contains("key-7");

      redis.stop();

      String alone = publish(one, "without").join();
      assertThat(alone).contains("\"offset\":", LOCAL);
      assertThat(publish(one, "without").join()).isEqualTo(alone);
      assertThat(publish(two, "key-7").join()).isEqualTo(answers.get(14).join());
      assertThat(publish(two, "without").join()).contains(LOCAL).isNotEqualTo(alone);
      assertThat(topic.of("paid")).hasSize(KEYS + 2);

      redis.start();

      await().until(() -> !publish(one, "again-" + System.nanoTime()).join().contains(LOCAL));
    }
  }

  private static String header(org.apache.kafka.common.header.Headers headers) {
    return new String(headers.lastHeader("sluice-idempotency-key").value(), StandardCharsets.UTF_8);
  }

  private static Gateway node(EmbeddedRedis redis) throws StartException {
    return TestStack.node("idempotency", Map.of("redis.uri", redis.uri()));
  }

  private static CompletableFuture<String> publish(Gateway node, String key) {
    String body = "{\"channel\":\"paid\",\"data\":{},\"idempotency_key\":\"%s\"}".formatted(key);
    return HTTP.sendAsync(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + node.apiPort() + "/api/publish"))
                .header("X-API-Key", TestStack.API_KEY)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .thenApply(HttpResponse::body);
  }
}
