package io.sluice.gateway.api;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Where other nodes bring the commands of clients whose streams are here. The body is a frame of
/// commands.
///
/// Statuses: 204 taken, 401 without the key ([KeyCheck]), 404 no such session, 413 body too large,
/// 429 too many wait, 503 no answer in time.
public final class EmulationPage implements HttpService {
  /// Where it is.
  public static final String PATH = "/internal/emulation";

  /// The header that names the connection.
  public static final String SESSION = "X-Sluice-Session";

  private static final HeaderName SESSION_HEADER = HeaderNames.create(SESSION);

  /// Loops answer at once, unless they are far behind.
  private static final long PATIENCE_MS = 1_500;

  /// Takes commands.
  public interface Taker {
    /// Hands them to the connection.
    ///
    /// @return the status to answer with; completes soon
    CompletionStage<Integer> take(String session, byte[] commands);
  }

  private final Taker taker;
  private final int maxBody;

  EmulationPage(Taker taker, int maxBody) {
    this.taker = taker;
    this.maxBody = maxBody;
  }

  @Override
  public void routing(HttpRules rules) {
    rules.post("/", this::take);
  }

  private void take(ServerRequest request, ServerResponse response)
      throws IOException, InterruptedException {
    byte[] commands;
    try (InputStream in = request.content().inputStream()) {
      commands = in.readNBytes(maxBody + 1);
    }
    if (commands.length > maxBody) {
      response.status(Status.REQUEST_ENTITY_TOO_LARGE_413).send();
      return;
    }
    String session = request.headers().first(SESSION_HEADER).orElse("");
    response.status(Status.create(status(session, commands))).send();
  }

  private int status(String session, byte[] commands) throws InterruptedException {
    try {
      return taker
          .take(session, commands)
          .toCompletableFuture()
          .get(PATIENCE_MS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException _) {
      return Status.SERVICE_UNAVAILABLE_503.code();
    }
  }
}
