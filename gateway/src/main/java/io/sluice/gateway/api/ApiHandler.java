package io.sluice.gateway.api;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.gateway.config.PublishConfig;
import io.sluice.gateway.telemetry.LoggedContext;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `POST /api/METHOD`, and `POST /api` with commands of the older form, one after another, answered
/// by as many replies, one a line.
///
/// Statuses: 401 without the key ([KeyCheck]), 404 no such method, 429 too many requests at once,
/// 413 body too large, 400 undecodable, 503 with `Retry-After` for the error 100 of a single
/// command, else 200.
final class ApiHandler implements HttpService {
  private static final Logger LOG = LoggerFactory.getLogger(ApiHandler.class);

  /// What is asked of callers after 429, in seconds.
  private static final String RETRY_AFTER = "1";

  /// Names, tags and the like beside the payload.
  private static final int BESIDE_PAYLOAD = 64 << 10;

  private final Commands commands;
  private final int maxBody;
  private final Duration maxAnswer;
  private final Turns turns;

  ApiHandler(Commands commands, PublishConfig limits, Turns turns) {
    this.commands = commands;
    this.turns = turns;
    this.maxBody = maxBody(limits);
    // The publisher answers in time by itself; a second more tells its lateness from a hang.
    this.maxAnswer = limits.maxBlock().plus(limits.deliveryTimeout()).plusSeconds(1);
  }

  /// Bytes of a body. A payload may be sent as base64, 4 characters for 3 bytes.
  static int maxBody(PublishConfig limits) {
    return Math.toIntExact(limits.maxPayload().bytes() * 4 / 3 + BESIDE_PAYLOAD);
  }

  @Override
  public void routing(HttpRules rules) {
    rules
        .post("/", (request, response) -> answer(request, response, Optional.empty()))
        .post(
            "/{method}",
            (request, response) -> {
              Optional<Method> method = Method.named(request.path().pathParameters().get("method"));
              if (method.isEmpty()) {
                refuse(response, Status.NOT_FOUND_404, ErrorCode.METHOD_NOT_FOUND, "");
              } else {
                answer(request, response, method);
              }
            });
  }

  /// @param method none: the body says it
  private void answer(ServerRequest request, ServerResponse response, Optional<Method> method)
      throws InterruptedException {
    if (!turns.take()) {
      response.header(HeaderNames.RETRY_AFTER, RETRY_AFTER);
      Json.send(
          response,
          Status.TOO_MANY_REQUESTS_429,
          "{\"error\":{\"code\":111,\"message\":\"too many requests\"}}");
      return;
    }
    try {
      Optional<byte[]> body = Turns.body(request, maxBody);
      if (body.isEmpty()) {
        refuse(
            response,
            Status.REQUEST_ENTITY_TOO_LARGE_413,
            ErrorCode.LIMIT_EXCEEDED,
            "a body is larger than " + maxBody + " bytes");
      } else {
        send(response, execute(method, body.get()));
      }
    } catch (UndecodableException e) {
      refuse(response, Status.BAD_REQUEST_400, ErrorCode.BAD_REQUEST, e.problem());
    } catch (IOException e) {
      refuse(response, Status.BAD_REQUEST_400, ErrorCode.BAD_REQUEST, "the body broke off");
    } finally {
      turns.give();
    }
  }

  private List<Reply> execute(Optional<Method> method, byte[] body)
      throws UndecodableException, InterruptedException {
    List<Command> asked =
        method.isPresent()
            ? List.of(CommandReader.read(method.get(), body))
            : CommandReader.readOlder(body);
    long deadline = System.nanoTime() + maxAnswer.toNanos();
    BooleanSupplier late = () -> System.nanoTime() - deadline >= 0;
    List<CompletableFuture<Reply>> pending =
        asked.size() == 1
            ? List.of(commands.execute(asked.getFirst(), late).toCompletableFuture())
            : Batches.together(
                asked,
                LoggedContext.current().around(command -> commands.execute(command, late)),
                late);
    List<Reply> replies = new ArrayList<>(pending.size());
    for (CompletableFuture<Reply> reply : pending) {
      replies.add(await(reply, deadline));
    }
    return replies;
  }

  private Reply await(CompletableFuture<Reply> reply, long deadline) throws InterruptedException {
    try {
      return reply.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      return Reply.failure(
          ErrorCode.INTERNAL, "no answer in " + maxAnswer.toMillis() + " ms, outcome unknown");
    } catch (ExecutionException e) {
      LOG.error("a command of the API failed", e);
      return Reply.failure(ErrorCode.INTERNAL, "");
    }
  }

  private static void send(ServerResponse response, List<Reply> replies) {
    if (replies.size() == 1
        && replies.getFirst() instanceof Reply.Failure failure
        && failure.code() == ErrorCode.INTERNAL) {
      response.header(HeaderNames.RETRY_AFTER, failure.retryAfterSeconds());
      Json.send(response, Status.SERVICE_UNAVAILABLE_503, failure.toJson());
      return;
    }
    Json.send(
        response,
        Status.OK_200,
        replies.stream().map(reply -> reply.toJson().toString()).collect(Collectors.joining("\n")));
  }

  private static void refuse(
      ServerResponse response, Status status, ErrorCode code, String detail) {
    Json.send(response, status, Reply.failure(code, detail).toJson());
  }
}
