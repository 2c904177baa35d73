package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.sluice.broker.ChannelName;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.config.Namespaces;
import io.sluice.gateway.config.Resolution;
import io.sluice.gateway.presence.Presence;
import io.sluice.gateway.presence.PresencePage;
import io.sluice.gateway.protocol.ClientInfo;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// Who is subscribed to a channel, as callers of the API are told. `missing` names the nodes that
/// did not answer; where all have, there is no such field. For any thread; nothing waits.
final class PresencePages {
  /// Members of a page when nothing is said.
  private static final int LIMIT = 1_000;

  private final Namespaces namespaces;
  private final NodePort node;

  PresencePages(Namespaces namespaces, NodePort node) {
    this.namespaces = namespaces;
    this.node = node;
  }

  /// All of them at once, in the shape server SDKs know.
  CompletionStage<Reply> members(String channel) {
    return where(
        channel,
        () ->
            node.presence()
                .page(channel, "", Presence.MOST_A_PAGE)
                .thenApply(PresencePages::membersReply));
  }

  private static Reply membersReply(PresencePage page) {
    if (page.more()) {
      return Reply.failure(
          ErrorCode.LIMIT_EXCEEDED,
          "there are more than %d members; GET /api/v1/channels/NAME/presence has pages"
              .formatted(Presence.MOST_A_PAGE));
    }
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    ObjectNode members = result.putObject("presence");
    page.members().forEach(who -> tell(members.putObject(who.client()), who, "conn_info"));
    missing(page.missing(), result);
    return new Reply.Result(result);
  }

  /// How many there are.
  CompletionStage<Reply> counts(String channel) {
    return where(
        channel,
        () ->
            node.presence()
                .counts(channel)
                .thenApply(counts -> {
                  ObjectNode result =
                      JsonNodeFactory.instance
                          .objectNode()
                          .put("num_clients", counts.clients())
                          .put("num_users", counts.users());
                  missing(counts.missing(), result);
                  return new Reply.Result(result);
                }));
  }

  /// Some of them, as a resource. `next`, where there is one, is the `after` of the next page.
  ///
  /// @param call with `limit`, 1 to [Presence#MOST_A_PAGE], and `after`, in its query
  CompletionStage<Reply> page(Call call) {
    int limit = limit(call.query("limit"));
    String channel = call.part("name");
    return where(
        channel,
        () ->
            node.presence()
                .page(channel, call.query("after"), limit)
                .thenApply(PresencePages::pageReply));
  }

  private static int limit(String asked) {
    if (asked.isEmpty()) {
      return LIMIT;
    }
    int limit;
    try {
      limit = Integer.parseInt(asked);
    } catch (NumberFormatException _) {
      limit = 0;
    }
    if (limit < 1 || limit > Presence.MOST_A_PAGE) {
      throw new IllegalArgumentException(
          "limit: '%.20s' is not between 1 and %d".formatted(asked, Presence.MOST_A_PAGE));
    }
    return limit;
  }

  private static Reply pageReply(PresencePage page) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    ArrayNode members = result.putArray("members");
    page.members().forEach(who -> tell(members.addObject(), who, "info"));
    if (page.more()) {
      result.put("next", page.next());
    }
    missing(page.missing(), result);
    return new Reply.Result(result);
  }

  private static void tell(ObjectNode member, ClientInfo who, String info) {
    member.put("client", who.client()).put("user", who.user());
    if (!who.info().isEmpty()) {
      member.putRawValue(info, new RawValue(who.info()));
    }
  }

  private static void missing(List<String> nodes, ObjectNode said) {
    if (!nodes.isEmpty()) {
      ArrayNode missing = said.putArray("missing");
      nodes.forEach(missing::add);
    }
  }

  /// Asks, where the channel's namespace keeps account of subscribers.
  private CompletionStage<Reply> where(String name, Supplier<CompletionStage<Reply>> asked) {
    return switch (namespaces.resolve(name)) {
      case Resolution.Invalid(String reason) -> now(ErrorCode.BAD_REQUEST, reason);
      case Resolution.Unknown(String namespace) ->
          now(ErrorCode.UNKNOWN_CHANNEL, "there is no namespace '" + namespace + "'");
      case Resolution.Found(ChannelName channel, NamespaceConfig policy) when !policy.presence() ->
          now(
              ErrorCode.NOT_AVAILABLE,
              "namespaces.%s.presence is false".formatted(channel.namespace()));
      case Resolution.Found _ -> asked.get();
    };
  }

  private static CompletionStage<Reply> now(ErrorCode code, String detail) {
    return CompletableFuture.completedStage(Reply.failure(code, detail));
  }
}
