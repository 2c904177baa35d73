package io.sluice.gateway.api;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.sluice.gateway.telemetry.LoggedContext;
import io.sluice.gateway.telemetry.RequestSpans;
import io.sluice.gateway.telemetry.TraceParent;

/// Traces what is asked below `/api`, not what watches the node. While a request that is traced is
/// under way, lines of its thread name its span ([LoggedContext]).
final class RequestTraces implements Filter {
  private static final String API = "/api";
  private static final HeaderName TRACEPARENT = HeaderNames.create(TraceParent.NAME);
  private static final int FAILED = 500;

  private final RequestSpans spans;

  RequestTraces(RequestSpans spans) {
    this.spans = spans;
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    String path = request.prologue().uriPath().rawPath();
    if (!path.equals(API) && !path.startsWith(API + "/")) {
      chain.proceed();
      return;
    }
    Context context =
        spans.begin(
            request.prologue().method().text(),
            route(path),
            path,
            request.headers().first(TRACEPARENT));
    Span span = Span.fromContext(context);
    new LoggedContext(context)
        .run(span.isRecording() ? () -> traced(span, chain, response) : chain::proceed);
  }

  private void traced(Span span, FilterChain chain, RoutingResponse response) {
    int failed = FAILED;
    try {
      chain.proceed();
    } catch (HttpException e) {
      failed = e.status().code();
      throw e;
    } finally {
      spans.end(span, response.isSent() ? response.status().code() : failed);
    }
  }

  /// One of a fixed set.
  private static String route(String path) {
    if (path.startsWith(Resources.PATH + "/")) {
      return Resources.PATH + "/*";
    }
    return path.equals(API)
        ? API
        : Method.named(path.substring(API.length() + 1))
            .map(method -> API + "/" + method.text)
            .orElse(API + "/*");
  }
}
