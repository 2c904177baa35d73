package io.sluice.gateway.api;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/// Stands in front of everything that needs the key of the API: 401 without it, whether there is
/// something behind or not. Registered for a path, before what is there.
final class KeyCheck implements HttpService {
  private final ApiKey key;
  private final Refusal refusal;

  /// How those that have no key are told.
  enum Refusal {
    /// As the methods of the API tell errors; as a problem what lies below [Resources#PATH].
    IN_WORDS,
    /// With the status alone, between nodes.
    STATUS
  }

  KeyCheck(ApiKey key, Refusal refusal) {
    this.key = key;
    this.refusal = refusal;
  }

  @Override
  public void routing(HttpRules rules) {
    rules.any(this::check);
  }

  private void check(ServerRequest request, ServerResponse response) {
    if (key.isIn(request.headers())) {
      response.next();
      return;
    }
    response.header(HeaderNames.WWW_AUTHENTICATE, "apikey");
    if (refusal == Refusal.STATUS) {
      response.status(Status.UNAUTHORIZED_401).send();
    } else if (request.prologue().uriPath().rawPath().startsWith(Resources.PATH + "/")) {
      Problem.send(response, Status.UNAUTHORIZED_401, "the header X-API-Key is missing or wrong");
    } else {
      Json.send(
          response,
          Status.UNAUTHORIZED_401,
          "{\"error\":{\"code\":101,\"message\":\"unauthorized\"}}");
    }
  }
}
