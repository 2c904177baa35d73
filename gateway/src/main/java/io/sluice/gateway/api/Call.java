package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.broker.TellOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A request for a resource, and its answer. Confined to the request's thread.
final class Call {
  /// Longer than anything takes that is waited for.
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final JsonMapper JSON = new JsonMapper();

  private final ServerRequest request;
  private final ServerResponse response;
  private final Map<String, String> parts;
  private final byte[] body;

  Call(ServerRequest request, ServerResponse response, Map<String, String> parts, byte[] body) {
    this.request = request;
    this.response = response;
    this.parts = parts;
    this.body = body;
  }

  /// What stands in the path for a name.
  String part(String name) {
    return Objects.requireNonNull(parts.get(name), name);
  }

  /// A parameter of the query; "" when there is none.
  String query(String name) {
    return request.query().first(name).orElse("");
  }

  /// The request's body as it was sent; may be empty.
  byte[] body() {
    return body;
  }

  /// The request's body as JSON.
  ///
  /// @return missing when there is none
  /// @throws UndecodableException when it is no object
  JsonNode json() throws UndecodableException {
    if (body.length == 0) {
      return JSON.missingNode();
    }
    try {
      JsonNode json = JSON.readTree(body);
      if (json.isObject()) {
        return json;
      }
    } catch (IOException _) {
      throw new UndecodableException("it is not JSON");
    }
    throw new UndecodableException("it is not an object");
  }

  /// Waits for something that always comes.
  <T> T await(CompletionStage<T> stage) throws InterruptedException {
    try {
      return stage.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("what always comes did not come", e);
    }
  }

  void answer(Status status, JsonNode json) {
    Json.send(response, status, json);
  }

  /// Done, and nothing more to say.
  void done(Status status) {
    response.status(status).header(HeaderNames.CACHE_CONTROL, "no-store").send();
  }

  /// What became of something that all nodes were to be told.
  ///
  /// @param done when it is certain
  void told(TellOutcome outcome, Runnable done) {
    switch (outcome) {
      case TellOutcome.Acknowledged() -> done.run();
      case TellOutcome.Refused(String reason) -> problem(Status.SERVICE_UNAVAILABLE_503, reason);
      case TellOutcome.Unknown(String reason) ->
          problem(Status.SERVICE_UNAVAILABLE_503, reason + "; outcome unknown");
      case TellOutcome.Rejected(String reason) -> problem(Status.BAD_REQUEST_400, reason);
    }
  }

  /// @param detail for people: what is wrong, with the value and the limit
  void problem(Status status, String detail) {
    problem(status, detail, "1");
  }

  /// @param retryAfter for what is only so for now, in seconds
  void problem(Status status, String detail, String retryAfter) {
    if (status.code() == Status.SERVICE_UNAVAILABLE_503.code()
        || status.code() == Status.TOO_MANY_REQUESTS_429.code()) {
      response.header(HeaderNames.RETRY_AFTER, retryAfter);
    }
    Problem.send(response, status, detail);
  }
}
