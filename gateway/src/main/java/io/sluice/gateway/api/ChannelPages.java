package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.broker.ChannelName;
import io.sluice.broker.ChannelTop;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.config.Namespaces;
import io.sluice.gateway.config.Resolution;

/// `GET /api/v1/channels/NAME`: a channel, its partition, where its log is now, and how many
/// records of the partition lie within what can be recovered. Whoever reads state that is at least
/// as new as that position and subscribes from there has no gap.
///
/// Statuses: 200, 401 without the key, 404 no such namespace or no name of a channel.
final class ChannelPages implements HttpService {
  static final String PATH = "/api/v1/channels";

  private final ApiKey key;
  private final Namespaces namespaces;
  private final NodePort node;

  ChannelPages(ApiKey key, Namespaces namespaces, NodePort node) {
    this.key = key;
    this.namespaces = namespaces;
    this.node = node;
  }

  @Override
  public void routing(HttpRules rules) {
    rules.any(this::checkKey).get("/{+name}", this::channel);
  }

  private void checkKey(ServerRequest request, ServerResponse response) {
    if (key.isIn(request.headers())) {
      response.next();
    } else {
      response.header(HeaderNames.WWW_AUTHENTICATE, "apikey");
      Problem.send(response, Status.UNAUTHORIZED_401, "the header X-API-Key is missing or wrong");
    }
  }

  private void channel(ServerRequest request, ServerResponse response) {
    String name = request.path().pathParameters().get("name");
    switch (namespaces.resolve(name)) {
      case Resolution.Invalid(String reason) ->
          Problem.send(response, Status.NOT_FOUND_404, reason);
      case Resolution.Unknown(String namespace) ->
          Problem.send(response, Status.NOT_FOUND_404, "there is no namespace '" + namespace + "'");
      case Resolution.Found(ChannelName channel, NamespaceConfig policy) -> {
        ObjectNode body =
            JsonNodeFactory.instance
                .objectNode()
                .put("name", channel.toString())
                .put("namespace", channel.namespace())
                .put(
                    "clients",
                    node.channels(channel.toString()::equals).values().stream()
                        .mapToInt(Integer::intValue)
                        .sum());
        if (!policy.isSpread(channel.key())) {
          ChannelTop top = node.top(channel);
          body.put("partition", top.partition())
              .put("epoch", top.position().epoch())
              .put("offset", top.position().offset())
              .put("horizon", node.horizon(channel, policy.replay()));
        }
        Json.send(response, Status.OK_200, body);
      }
    }
  }
}
