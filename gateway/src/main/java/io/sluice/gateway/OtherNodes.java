package io.sluice.gateway;

import io.sluice.broker.NodeInfo;
import io.sluice.gateway.api.EmulationPage;
import io.sluice.gateway.edge.Emulations;
import io.sluice.gateway.edge.Emulations.Taken;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands commands to other nodes by their API ports. For any thread; never waits.
final class OtherNodes implements Emulations.Elsewhere, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OtherNodes.class);

  /// A node that takes longer is as good as gone; its clients' SDKs wait 5 s for a reply.
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /// Bytes of requests to other nodes under way; a request counts [#LEAST] at least.
  static final int MOST = 16 << 20;

  private static final int LEAST = 4 << 10;

  private final Supplier<List<NodeInfo>> live;
  private final Supplier<String> key;
  private final Semaphore room;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(PATIENCE)
          .executor(Executors.newVirtualThreadPerTaskExecutor())
          .build();

  /// @param live the nodes that live
  /// @param key of their APIs, as it is now
  /// @param largest bytes of one request
  OtherNodes(Supplier<List<NodeInfo>> live, Supplier<String> key, int largest) {
    this.live = live;
    this.key = key;
    this.room = new Semaphore(Math.max(MOST, largest));
  }

  @Override
  public CompletionStage<Taken> take(String node, String session, byte[] commands) {
    Optional<NodeInfo> owner = live.get().stream().filter(it -> it.id().equals(node)).findAny();
    if (owner.isEmpty()) {
      return CompletableFuture.completedFuture(Taken.UNKNOWN);
    }
    int bytes = Math.max(LEAST, commands.length);
    if (!room.tryAcquire(bytes)) {
      return CompletableFuture.completedFuture(Taken.TOO_MANY);
    }
    CompletableFuture<HttpResponse<Void>> exchange = send(owner.get(), session, commands);
    return exchange
        .thenApply(answer -> Taken.of(answer.statusCode()))
        .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((_, _) -> {
          exchange.cancel(true); // the request's own limit ends with the headers
          room.release(bytes);
        })
        .exceptionally(failure -> unanswered(node, failure));
  }

  private CompletableFuture<HttpResponse<Void>> send(
      NodeInfo owner, String session, byte[] commands) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(owner.api() + EmulationPage.PATH))
              .timeout(PATIENCE)
              .header("X-API-Key", key.get())
              .header(EmulationPage.SESSION, session)
              .POST(BodyPublishers.ofByteArray(commands))
              .build();
      return http.sendAsync(request, BodyHandlers.discarding());
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(e); // an address or a session that no header can hold
    }
  }

  private static Taken unanswered(String node, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    log.debug("commands not handed over node={}", node, cause);
    // nobody listens there: it has died, and has not been missed yet
    return cause instanceof ConnectException || cause instanceof IllegalArgumentException
        ? Taken.UNKNOWN
        : Taken.UNANSWERED;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
