package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.staticcontent.ClasspathHandlerConfig;
import io.helidon.webserver.staticcontent.StaticContentFeature;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// `/console/*`: the console's page from the class path, and `/console/session`, which gives it a
/// token.
///
/// That token is for the people of this machine only. So the asker must come from a loopback
/// address, by a loopback name (a site on the internet may have its own name resolve to 127.0.0.1),
/// and not from another site's page.
final class ConsolePages implements HttpService {
  private static final HeaderName CSP = HeaderNames.create("Content-Security-Policy");
  private static final HeaderName NO_SNIFF = HeaderNames.create("X-Content-Type-Options");
  private static final HeaderName REFERRER = HeaderNames.create("Referrer-Policy");
  private static final HeaderName FETCH_SITE = HeaderNames.create("Sec-Fetch-Site");

  /// Nothing from elsewhere and nothing inline; connections anywhere, since the edge is another
  /// origin.
  private static final String POLICY =
      "default-src 'self'; connect-src * ws: wss:; img-src 'self' data:; base-uri 'none';"
          + " form-action 'none'; frame-ancestors 'none'; object-src 'none'";

  private static final Pattern LOOPBACK =
      Pattern.compile(
          "(localhost|127(\\.\\d{1,3}){3}|\\[::1\\])(:\\d{1,5})?", Pattern.CASE_INSENSITIVE);

  private final Supplier<ConsoleSession> sessions;

  ConsolePages(Supplier<ConsoleSession> sessions) {
    this.sessions = sessions;
  }

  @Override
  public void routing(HttpRules rules) {
    rules
        .get("/session", this::session)
        .any(ConsolePages::protect)
        .register(
            "/",
            StaticContentFeature.createService(
                ClasspathHandlerConfig.builder()
                    .location("console")
                    .welcome("index.html")
                    .temporaryStorage(storage -> storage.enabled(false))
                    .build()));
  }

  private void session(ServerRequest request, ServerResponse response) {
    if (!isLocal(request)) {
      Json.send(
          response,
          Status.FORBIDDEN_403,
          "{\"error\":{\"code\":103,\"message\":\"only from this machine, by a loopback name\"}}");
      return;
    }
    ConsoleSession session = sessions.get();
    Json.send(
        response,
        Status.OK_200,
        JsonNodeFactory.instance
            .objectNode()
            .put("edge", session.edge())
            .put("token", session.token())
            .put("user", session.user()));
  }

  private static boolean isLocal(ServerRequest request) {
    ServerRequestHeaders headers = request.headers();
    SocketAddress peer = request.remotePeer().address();
    String site = headers.first(FETCH_SITE).orElse("none");
    return peer instanceof InetSocketAddress from
        && from.getAddress() != null
        && from.getAddress().isLoopbackAddress()
        && LOOPBACK.matcher(headers.first(HeaderNames.HOST).orElse("")).matches()
        && (site.equals("none") || site.equals("same-origin"));
  }

  private static void protect(ServerRequest request, ServerResponse response) {
    response
        .header(CSP, POLICY)
        .header(NO_SNIFF, "nosniff")
        .header(REFERRER, "no-referrer")
        .header(HeaderNames.CACHE_CONTROL, "no-cache");
    response.next();
  }
}
