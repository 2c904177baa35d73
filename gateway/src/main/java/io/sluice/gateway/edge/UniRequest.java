package io.sluice.gateway.edge;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.sluice.gateway.config.EdgeConfig;
import io.sluice.gateway.protocol.BadFrameException;
import io.sluice.gateway.protocol.Command;
import io.sluice.gateway.protocol.Command.Since;
import io.sluice.gateway.protocol.CommandDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a unidirectional client asks for in its URL: `?cf_connect={"token":…,"subs":{…}}`, or for
/// people `?token=…&channels=a,b`; the token may also come as `Authorization: Bearer …`. Pure.
final class UniRequest {
  private static final String BEARER = "Bearer ";
  private static final Since NOWHERE = new Since("", 0);

  private UniRequest() {}

  /// @throws BadFrameException when the URL does not say it so, or carries a token where none may
  ///   be
  static Command.Connect of(HttpRequest head, QueryStringDecoder query, EdgeConfig edge)
      throws BadFrameException {
    Map<String, List<String>> parameters = parameters(query);
    String inHeader = bearer(head);
    String connect = first(parameters, "cf_connect");
    if (!connect.isEmpty()) {
      Command.Connect c = CommandDecoder.decodeConnect(connect.getBytes(StandardCharsets.UTF_8));
      return c.token().isEmpty() ? withToken(c, inHeader) : c;
    }
    String inUrl = first(parameters, "token");
    if (!inUrl.isEmpty() && !edge.tokenInUrl()) {
      throw new BadFrameException("?token= is not accepted here (edge.token-in-url)");
    }
    Map<String, Since> subs = new LinkedHashMap<>();
    for (String value : parameters.getOrDefault("channels", List.of())) {
      for (String channel : value.split(",", -1)) {
        if (!channel.isBlank()) {
          subs.put(channel.strip(), NOWHERE);
        }
      }
    }
    String token = inUrl.isEmpty() ? inHeader : inUrl;
    return new Command.Connect(1, token, Optional.empty(), subs, "", "");
  }

  private static Map<String, List<String>> parameters(QueryStringDecoder query)
      throws BadFrameException {
    try {
      return query.parameters();
    } catch (IllegalArgumentException _) {
      throw new BadFrameException("the query string is not readable");
    }
  }

  private static String first(Map<String, List<String>> parameters, String name) {
    List<String> values = parameters.getOrDefault(name, List.of());
    return values.isEmpty() ? "" : values.getFirst();
  }

  private static String bearer(HttpRequest head) {
    String value = head.headers().get(HttpHeaderNames.AUTHORIZATION, "");
    return value.startsWith(BEARER) ? value.substring(BEARER.length()).strip() : "";
  }

  private static Command.Connect withToken(Command.Connect c, String token) {
    return new Command.Connect(c.id(), token, c.data(), c.subs(), c.name(), c.version());
  }
}
