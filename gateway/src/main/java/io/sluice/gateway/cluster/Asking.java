package io.sluice.gateway.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.sluice.broker.NodeInfo;
import io.sluice.gateway.cluster.UnansweredException.Why;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Asks other nodes by their API ports. One that takes no connection is not asked again for a
/// moment: when a node dies, whoever comes back would try it anew. For any thread; never waits.
final class Asking implements AutoCloseable {
  /// Bytes of questions under way; each counts [#LEAST] at least, so these are 2,048 at most.
  private static final int MOST_QUESTIONS = 8 << 20;

  private static final int LEAST = 4 << 10;

  /// Bytes of answers that were received and not read yet, of all questions together.
  private static final int MOST_ANSWERS = Questions.MAX_ANSWER;

  /// A node's API that takes no connection is let alone for so long.
  private static final Duration UNREACHABLE = Duration.ofMillis(100);

  /// Nodes of which that is remembered.
  private static final int MOST_UNREACHABLE = 1_000;

  private static final JsonMapper JSON = new JsonMapper();

  private final Supplier<String> key;
  private final Duration patience;
  private final Semaphore questions = new Semaphore(MOST_QUESTIONS);
  private final Semaphore answers = new Semaphore(MOST_ANSWERS);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http;
  private final Cache<String, Boolean> unreachable;

  /// @param key of the nodes' APIs, as it is now
  /// @param patience with each of them
  Asking(Supplier<String> key, Duration patience) {
    this(key, patience, Ticker.systemTicker());
  }

  Asking(Supplier<String> key, Duration patience, Ticker ticker) {
    this.key = key;
    this.patience = patience;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(patience.multipliedBy(3).dividedBy(4)) // noticed before it is too late
            .executor(threads)
            .build();
    this.unreachable =
        Caffeine.newBuilder()
            .expireAfterWrite(UNREACHABLE)
            .maximumSize(MOST_UNREACHABLE)
            .executor(Runnable::run)
            .ticker(ticker)
            .build();
  }

  /// Asks one node. Fails when there is no answer in time, or none that can be read.
  CompletableFuture<JsonNode> ask(NodeInfo node, Topic topic, byte[] question) {
    if (unreachable.getIfPresent(node.api()) != null) {
      return CompletableFuture.failedFuture(
          new UnansweredException(Why.FAILED, "it took no connection a moment ago"));
    }
    int bytes = Math.max(LEAST, question.length);
    if (!questions.tryAcquire(bytes)) {
      return CompletableFuture.failedFuture(
          new UnansweredException(
              Why.OWN_LIMIT, "%d bytes of questions are under way".formatted(MOST_QUESTIONS)));
    }
    AnswerBytes collected = new AnswerBytes(Questions.MAX_ANSWER, answers);
    CompletableFuture<HttpResponse<byte[]>> sent;
    try {
      sent = http.sendAsync(request(node, topic, question), _ -> collected);
    } catch (IllegalArgumentException e) {
      sent = CompletableFuture.failedFuture(e); // an address that is none
    }
    CompletableFuture<HttpResponse<byte[]>> exchange = sent;
    return exchange
        .thenApplyAsync(Asking::read, threads)
        .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((_, failure) -> {
          if (tookNoConnection(failure)) {
            unreachable.put(node.api(), true);
          }
          exchange.cancel(true); // the request's own limit ends with the headers
          collected.close();
          questions.release(bytes);
        });
  }

  private static boolean tookNoConnection(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException;
  }

  private HttpRequest request(NodeInfo node, Topic topic, byte[] question) {
    return HttpRequest.newBuilder(URI.create(node.api() + Questions.PATH + "/" + topic.text()))
        .timeout(patience)
        .header("X-API-Key", key.get())
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofByteArray(question))
        .build();
  }

  private static JsonNode read(HttpResponse<byte[]> response) {
    if (response.statusCode() == 429) {
      throw new CompletionException(new UnansweredException(Why.BUSY, "it has too many to answer"));
    }
    if (response.statusCode() != 200) {
      throw new IllegalStateException("status " + response.statusCode());
    }
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
    threads.shutdownNow();
  }
}
