package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Ticker;
import io.sluice.broker.ByteSize;
import io.sluice.broker.ChannelName;
import io.sluice.broker.History;
import io.sluice.broker.HistoryQuery;
import io.sluice.broker.HistoryQuery.Order;
import io.sluice.broker.NodeInfo;
import io.sluice.broker.Position;
import io.sluice.broker.Publication;
import io.sluice.broker.PublishOutcome;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.config.Namespaces;
import io.sluice.gateway.config.Resolution;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Does what commands ask for. Nothing here waits: publishes are started in the order of the calls
/// and their replies come later. For any thread.
final class Commands {
  static final int MAX_BROADCAST = 1000;

  /// Above this an answer would be tens of megabytes; a pattern makes it smaller.
  static final int MAX_CHANNELS = 100_000;

  private final NodePort node;
  private final Namespaces namespaces;
  private final ByteSize maxPayload;
  private final IdempotentPublishes idempotent = new IdempotentPublishes(Ticker.systemTicker());

  Commands(NodePort node, Namespaces namespaces, ByteSize maxPayload) {
    this.node = node;
    this.namespaces = namespaces;
    this.maxPayload = maxPayload;
  }

  CompletionStage<Reply> execute(Command command) {
    return switch (command) {
      case Command.Publish(String channel, Command.Content content) -> publish(channel, content);
      case Command.Broadcast(List<String> channels, Command.Content content) ->
          broadcast(channels, content);
      case Command.History c -> history(c);
      case Command.Channels(String pattern) -> now(channels(pattern));
      case Command.DescribeNodes _ -> now(info());
      case Command.NotBuilt(Method method) -> now(fail(ErrorCode.NOT_AVAILABLE, method.text));
      case Command.NoSuchMethod _ -> now(fail(ErrorCode.METHOD_NOT_FOUND, ""));
    };
  }

  private CompletionStage<Reply> publish(String channel, Command.Content content) {
    return switch (namespaces.resolve(channel)) {
      case Resolution.Invalid(String reason) -> now(fail(ErrorCode.BAD_REQUEST, reason));
      case Resolution.Unknown(String namespace) ->
          now(fail(ErrorCode.UNKNOWN_CHANNEL, "there is no namespace '" + namespace + "'"));
      case Resolution.Found(ChannelName name, NamespaceConfig policy) ->
          switch (Payload.of(policy.payload(), content, maxPayload)) {
            case Payload.Bad(String reason) -> now(fail(ErrorCode.BAD_REQUEST, reason));
            case Payload.Good(byte[] data) -> publishOnce(name, data, content);
          };
    };
  }

  private CompletionStage<Reply> publishOnce(
      ChannelName channel, byte[] data, Command.Content content) {
    if (content.idempotencyKey().isEmpty()) {
      return publish(channel, data, content.tags());
    }
    String key = content.idempotencyKey().get();
    return key.length() > IdempotentPublishes.LONGEST_KEY
        ? now(
            fail(
                ErrorCode.BAD_REQUEST,
                "an idempotency key of %d characters is longer than %d"
                    .formatted(key.length(), IdempotentPublishes.LONGEST_KEY)))
        : idempotent.once(channel, key, () -> publish(channel, data, content.tags()));
  }

  private CompletionStage<Reply> publish(
      ChannelName channel, byte[] data, Map<String, String> tags) {
    return node.publish(channel, data, tags).thenApply(Commands::reply);
  }

  private static Reply reply(PublishOutcome outcome) {
    return switch (outcome) {
      case PublishOutcome.Acknowledged(Position position) ->
          new Reply.Result(
              object().put("offset", position.offset()).put("epoch", position.epoch()));
      case PublishOutcome.Refused(String reason) -> fail(ErrorCode.INTERNAL, reason);
      case PublishOutcome.Unknown(String reason) -> fail(ErrorCode.INTERNAL, reason);
      case PublishOutcome.Rejected(String reason) -> fail(ErrorCode.BAD_REQUEST, reason);
    };
  }

  private CompletionStage<Reply> broadcast(List<String> channels, Command.Content content) {
    if (channels.isEmpty()) {
      return now(fail(ErrorCode.BAD_REQUEST, "'channels' is missing or empty"));
    }
    if (channels.size() > MAX_BROADCAST) {
      return now(
          fail(
              ErrorCode.LIMIT_EXCEEDED,
              "%d channels are more than %d".formatted(channels.size(), MAX_BROADCAST)));
    }
    List<CompletableFuture<Reply>> replies =
        channels.stream().map(name -> publish(name, content).toCompletableFuture()).toList();
    return CompletableFuture.allOf(replies.toArray(CompletableFuture<?>[]::new))
        .thenApply(_ -> {
          ObjectNode result = object();
          ArrayNode responses = result.putArray("responses");
          replies.forEach(reply -> responses.add(reply.join().toJson()));
          return new Reply.Result(result);
        });
  }

  private CompletionStage<Reply> history(Command.History c) {
    return switch (namespaces.resolve(c.channel())) {
      case Resolution.Invalid(String reason) -> now(fail(ErrorCode.BAD_REQUEST, reason));
      case Resolution.Unknown(String namespace) ->
          now(fail(ErrorCode.UNKNOWN_CHANNEL, "there is no namespace '" + namespace + "'"));
      case Resolution.Found(ChannelName channel, NamespaceConfig policy)
          when !policy.history() || policy.isSpread(channel.key()) ->
          now(fail(ErrorCode.NOT_AVAILABLE, "the channel has no history"));
      case Resolution.Found(ChannelName channel, NamespaceConfig policy) -> {
        HistoryQuery query =
            new HistoryQuery(c.since(), c.limit(), c.reverse() ? Order.REVERSE : Order.FORWARD);
        yield node.history(channel, query, policy.replay()).thenApply(Commands::past);
      }
    };
  }

  private static Reply past(History history) {
    return switch (history) {
      case History.Page(Position top, List<Publication> publications) -> {
        ObjectNode result = object();
        ArrayNode all = result.putArray("publications");
        publications.forEach(p -> all.add(PublicationJson.of(p)));
        yield new Reply.Result(result.put("offset", top.offset()).put("epoch", top.epoch()));
      }
      case History.Unrecoverable() -> fail(ErrorCode.UNRECOVERABLE_POSITION, "");
      case History.Busy() -> fail(ErrorCode.TOO_MANY_REQUESTS, "");
      case History.Unanswered() -> fail(ErrorCode.INTERNAL, "Kafka does not answer");
    };
  }

  private Reply channels(String pattern) {
    Glob glob;
    try {
      glob = Glob.parse(pattern);
    } catch (IllegalArgumentException e) {
      return fail(ErrorCode.BAD_REQUEST, String.valueOf(e.getMessage()));
    }
    Map<String, Integer> found = node.channels(glob);
    if (found.size() > MAX_CHANNELS) {
      return fail(
          ErrorCode.LIMIT_EXCEEDED,
          "%d channels are more than %d, use a narrower 'pattern'"
              .formatted(found.size(), MAX_CHANNELS));
    }
    ObjectNode result = object();
    ObjectNode byName = result.putObject("channels");
    found.forEach((name, clients) -> byName.putObject(name).put("num_clients", clients));
    return new Reply.Result(result);
  }

  /// `nodes` describes the asked node, as other servers of the protocol do; `live` is the list of
  /// all nodes that this one takes for alive.
  private Reply info() {
    NodeStats stats = node.stats();
    ObjectNode result = object();
    result
        .putArray("nodes")
        .addObject()
        .put("uid", stats.id())
        .put("name", stats.id())
        .put("version", stats.version())
        .put("num_clients", stats.clients())
        .put("num_users", stats.users())
        .put("num_subs", stats.subscriptions())
        .put("num_channels", stats.channels())
        .put("uptime", stats.uptime().toSeconds());
    ArrayNode live = result.putArray("live");
    for (NodeInfo other : node.nodes()) {
      live.addObject()
          .put("id", other.id())
          .put("edge", other.edge())
          .put("api", other.api())
          .put("started", other.started().toString())
          .put("version", other.version());
    }
    return new Reply.Result(result);
  }

  private static Reply fail(ErrorCode code, String detail) {
    return Reply.failure(code, detail);
  }

  private static CompletionStage<Reply> now(Reply reply) {
    return CompletableFuture.completedStage(reply);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
