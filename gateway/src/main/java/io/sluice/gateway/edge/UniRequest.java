package io.sluice.gateway.edge;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.sluice.gateway.config.EdgeConfig;
import io.sluice.gateway.protocol.BadFrameException;
import io.sluice.gateway.protocol.Command;
import io.sluice.gateway.protocol.Command.Since;
import io.sluice.gateway.protocol.JsonCommands;
import io.sluice.gateway.protocol.SessionRequest;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a unidirectional client asks for in its URL: `?cf_connect={"token":…,"subs":{…}}`, or for
/// people `?token=…&channels=a,b`, both with `&session=…`; the token may also come as
/// `Authorization: Bearer …`. Pure.
sealed interface UniRequest {
  /// It asks for this.
  ///
  /// @param since the position token it comes back with; may be empty
  record Wanted(Command.Connect connect, String since) implements UniRequest {}

  /// It does not say so, or carries a token where none may be.
  ///
  /// @param reason one of a few sentences for people, nothing that came from a decoder
  record Unreadable(String reason) implements UniRequest {}

  /// WHATWG HTML §9.2.4.
  String LAST_EVENT_ID = "Last-Event-ID";

  String BEARER = "Bearer ";

  /// Where a client was that cannot show where.
  Since NOWHERE = new Since("", Long.MAX_VALUE);

  static UniRequest of(HttpRequest head, QueryStringDecoder query, EdgeConfig edge) {
    Map<String, List<String>> parameters;
    try {
      parameters = query.parameters();
    } catch (IllegalArgumentException _) {
      return new Unreadable("the query string is not readable");
    }
    String since = since(head, parameters);
    String inHeader = bearer(head);
    String connect = first(parameters, "cf_connect");
    if (!connect.isEmpty()) {
      try {
        Command.Connect c = JsonCommands.decodeConnect(connect.getBytes(StandardCharsets.UTF_8));
        return new Wanted(completed(c, inHeader, parameters), since);
      } catch (BadFrameException _) {
        return new Unreadable("cf_connect is not the JSON of a connect request");
      }
    }
    String inUrl = first(parameters, "token");
    if (!inUrl.isEmpty() && !edge.tokenInUrl()) {
      return new Unreadable("?token= is not accepted here (edge.token-in-url)");
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
    return new Wanted(
        new Command.Connect(1, token, session(parameters), subs, Map.of(), Set.of(), "", ""),
        since);
  }

  /// A body that holds a connect request.
  static UniRequest ofBody(HttpRequest head, QueryStringDecoder query, byte[] body) {
    Map<String, List<String>> parameters;
    try {
      parameters = query.parameters();
    } catch (IllegalArgumentException _) {
      return new Unreadable("the query string is not readable");
    }
    try {
      Command.Connect c = JsonCommands.decodeConnect(body);
      return new Wanted(completed(c, bearer(head), parameters), since(head, parameters));
    } catch (BadFrameException _) {
      return new Unreadable("the body is not the JSON of a connect request");
    }
  }

  private static String first(Map<String, List<String>> parameters, String name) {
    List<String> values = parameters.getOrDefault(name, List.of());
    return values.isEmpty() ? "" : values.getFirst();
  }

  /// A browser comes back to the same URL, so what it says beside it is newer.
  private static String since(HttpRequest head, Map<String, List<String>> parameters) {
    String lastEvent = head.headers().get(LAST_EVENT_ID, "").strip();
    return lastEvent.isEmpty() ? first(parameters, "since") : lastEvent;
  }

  private static String bearer(HttpRequest head) {
    String value = head.headers().get(HttpHeaderNames.AUTHORIZATION, "");
    return value.startsWith(BEARER) ? value.substring(BEARER.length()).strip() : "";
  }

  /// What is said beside it counts where it does not say so itself.
  private static Command.Connect completed(
      Command.Connect c, String token, Map<String, List<String>> parameters) {
    return new Command.Connect(
        c.id(),
        c.token().isEmpty() ? token : c.token(),
        c.data().or(() -> session(parameters)),
        c.subs(),
        c.filters(),
        c.joinLeave(),
        c.name(),
        c.version());
  }

  /// `?session=`, as a connect's data.
  private static Optional<byte[]> session(Map<String, List<String>> parameters) {
    String name = first(parameters, "session");
    return name.isEmpty() ? Optional.empty() : Optional.of(SessionRequest.data(name));
  }
}
