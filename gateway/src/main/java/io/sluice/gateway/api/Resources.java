package io.sluice.gateway.api;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Everything below `/api/v1`: finds the resource, reads the body, and answers what has nothing to
/// do with one resource alone.
///
/// Statuses of all: 400 an address or a body that makes no sense, 401 without the key ([KeyCheck]),
/// 404 no such resource, 405 not for this method, 413 body too large, 429 too many requests at
/// once. Errors are problems (RFC 9457).
final class Resources implements HttpService {
  static final String PATH = "/api/v1";

  private final List<Resource> all;
  private final Turns turns;
  private final int maxBody;

  /// @param all each address and verb once
  /// @param maxBody bytes
  Resources(List<Resource> all, Turns turns, int maxBody) {
    this.all = List.copyOf(all);
    this.turns = turns;
    this.maxBody = maxBody;
  }

  @Override
  public void routing(HttpRules rules) {
    rules.any(this::answer);
  }

  private void answer(ServerRequest request, ServerResponse response) throws InterruptedException {
    String path = request.prologue().uriPath().rawPath();
    String verb = request.prologue().method().text();
    if (!path.startsWith(PATH + "/")) {
      Problem.send(response, Status.NOT_FOUND_404, "there is no such resource");
      return;
    }
    try {
      String below = path.substring(PATH.length());
      for (Resource resource : all) {
        Optional<Map<String, String>> parts = resource.address().match(below);
        if (parts.isPresent() && resource.verb().equals(verb)) {
          answer(resource, parts.get(), request, response);
          return;
        }
      }
      refuse(below, response);
    } catch (IllegalArgumentException e) {
      Problem.send(response, Status.BAD_REQUEST_400, String.valueOf(e.getMessage()));
    }
  }

  private void refuse(String below, ServerResponse response) {
    String allowed =
        all.stream()
            .filter(resource -> resource.address().match(below).isPresent())
            .map(Resource::verb)
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    if (allowed.isEmpty()) {
      Problem.send(response, Status.NOT_FOUND_404, "there is no such resource");
    } else {
      response.header(HeaderNames.ALLOW, allowed);
      Problem.send(response, Status.METHOD_NOT_ALLOWED_405, "here is only " + allowed);
    }
  }

  private void answer(
      Resource resource, Map<String, String> parts, ServerRequest request, ServerResponse response)
      throws InterruptedException {
    Call call = new Call(request, response, parts, new byte[0]);
    if (!turns.take()) {
      call.problem(Status.TOO_MANY_REQUESTS_429, "more than " + Turns.MOST + " requests at once");
      return;
    }
    try {
      Optional<byte[]> body = Turns.body(request, maxBody);
      if (body.isEmpty()) {
        call.problem(
            Status.REQUEST_ENTITY_TOO_LARGE_413, "a body is larger than " + maxBody + " bytes");
      } else {
        resource.answering().answer(new Call(request, response, parts, body.get()));
      }
    } catch (IOException _) {
      call.problem(Status.BAD_REQUEST_400, "the body broke off");
    } catch (UndecodableException e) {
      call.problem(Status.BAD_REQUEST_400, e.problem());
    } finally {
      turns.give();
    }
  }
}
