package io.sluice.gateway.api;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;

/// Closes the connection after the answer to a request with `Connection: close`. Helidon 4.5.0
/// promises that in the answer and forgets it (its issue 12324), so a client that reads to the end
/// would wait for ever.
final class ConnectionClose implements Filter {
  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    chain.proceed();
    boolean asked =
        request
            .headers()
            .first(HeaderNames.CONNECTION)
            .filter("close"::equalsIgnoreCase)
            .isPresent();
    // Closing on top of a body nobody read would reset the connection and lose the answer.
    boolean unread = request.content().hasEntity() && !request.content().consumed();
    if (asked && response.isSent() && !unread) {
      throw new CloseConnectionException("the client asked for it");
    }
  }
}
