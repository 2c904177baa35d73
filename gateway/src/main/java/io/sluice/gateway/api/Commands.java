package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.broker.ByteSize;
import io.sluice.broker.ChannelName;
import io.sluice.broker.History;
import io.sluice.broker.HistoryQuery;
import io.sluice.broker.HistoryQuery.Order;
import io.sluice.broker.NodeStatus;
import io.sluice.broker.Position;
import io.sluice.broker.Publication;
import io.sluice.broker.PublishOutcome;
import io.sluice.broker.TellOutcome;
import io.sluice.gateway.cluster.NodeCommand;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.config.Namespaces;
import io.sluice.gateway.config.Resolution;
import io.sluice.gateway.telemetry.LoggedContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/// Does what commands ask for. Nothing here waits: publishes are started in the order of the calls
/// and their replies come later. What goes on in another thread goes on in the caller's context,
/// for traces and the log. For any thread.
final class Commands {
  static final int MAX_BROADCAST = 1000;

  private final NodePort node;
  private final Namespaces namespaces;
  private final ByteSize maxPayload;
  private final PresencePages presences;
  private final IdempotentPublishes idempotent;

  Commands(NodePort node, Namespaces namespaces, ByteSize maxPayload) {
    this.node = node;
    this.namespaces = namespaces;
    this.maxPayload = maxPayload;
    this.presences = new PresencePages(namespaces, node);
    this.idempotent = new IdempotentPublishes(node.idempotency());
  }

  /// Does one command.
  ///
  /// @param late whether the caller waits no more, which ends a batch
  CompletionStage<Reply> execute(Command command, BooleanSupplier late) {
    return switch (command) {
      case Command.Publish(String channel, Command.Content content) -> publish(channel, content);
      case Command.Broadcast(List<String> channels, Command.Content content) ->
          broadcast(channels, content);
      case Command.History c -> history(c);
      case Command.Presence(String channel) -> presences.members(channel);
      case Command.PresenceStats(String channel) -> presences.counts(channel);
      case Command.Channels(String pattern) -> Channels.find(node.cluster(), pattern);
      case Command.Tell(NodeCommand what) -> tell(what);
      case Command.Batch batch ->
          Batches.execute(batch, LoggedContext.current().around(each -> execute(each, late)), late);
      case Command.Unfit(String reason) -> now(fail(ErrorCode.BAD_REQUEST, reason));
      case Command.NotOffered(String reason) -> now(fail(ErrorCode.NOT_AVAILABLE, reason));
      case Command.DescribeNodes _ -> info();
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
      return publish(channel, data, content);
    }
    String key = content.idempotencyKey().get();
    LoggedContext here = LoggedContext.current();
    return key.length() > IdempotentPublishes.LONGEST_KEY
        ? now(
            fail(
                ErrorCode.BAD_REQUEST,
                "an idempotency key of %d characters is longer than %d"
                    .formatted(key.length(), IdempotentPublishes.LONGEST_KEY)))
        : idempotent.once(channel, key, () -> here.call(() -> publish(channel, data, content)));
  }

  private CompletionStage<Reply> publish(
      ChannelName channel, byte[] data, Command.Content content) {
    return node.publish(channel, data, content.tags(), content.idempotencyKey())
        .thenApply(Commands::reply);
  }

  private static Reply reply(PublishOutcome outcome) {
    return switch (outcome) {
      case PublishOutcome.Acknowledged(Position position) ->
          new Reply.Result(
              object().put("offset", position.offset()).put("epoch", position.epoch()));
      case PublishOutcome.Refused(String reason, Duration retryAfter) ->
          new Reply.Failure(ErrorCode.INTERNAL, reason, retryAfter);
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

  private CompletionStage<Reply> tell(NodeCommand what) {
    Optional<String> channel =
        switch (what) {
          case NodeCommand.Subscribe c -> Optional.of(c.channel());
          case NodeCommand.Unsubscribe c -> Optional.of(c.channel());
          case NodeCommand.Disconnect _, NodeCommand.Refresh _ -> Optional.empty();
        };
    return switch (channel.map(namespaces::resolve).orElse(null)) {
      case Resolution.Invalid(String reason) -> now(fail(ErrorCode.BAD_REQUEST, reason));
      case Resolution.Unknown(String namespace) ->
          now(fail(ErrorCode.UNKNOWN_CHANNEL, "there is no namespace '" + namespace + "'"));
      case Resolution.Found _ -> told(what);
      case null -> told(what);
    };
  }

  private CompletionStage<Reply> told(NodeCommand what) {
    return node.cluster().tell(what).thenApply(Commands::reply);
  }

  static Reply reply(TellOutcome outcome) {
    return switch (outcome) {
      case TellOutcome.Acknowledged() -> new Reply.Result(object());
      case TellOutcome.Refused(String reason) -> fail(ErrorCode.INTERNAL, reason);
      case TellOutcome.Unknown(String reason) -> fail(ErrorCode.INTERNAL, reason);
      case TellOutcome.Rejected(String reason) -> fail(ErrorCode.BAD_REQUEST, reason);
    };
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

  /// `nodes` has the figures of all that answered, the asked one's first; `missing` names those
  /// that did not; `live` is the list of all nodes that this one takes for alive.
  private CompletionStage<Reply> info() {
    return node.stats()
        .thenApply(answers -> {
          ObjectNode result = object();
          ArrayNode nodes = result.putArray("nodes");
          answers.byNode().values().forEach(nodes::add);
          ArrayNode live = result.putArray("live");
          for (NodeStatus other : node.nodes()) {
            live.addObject()
                .put("id", other.info().id())
                .put("edge", other.info().edge())
                .put("api", other.info().api())
                .put("started", other.info().started().toString())
                .put("version", other.info().version());
          }
          ArrayNode missing = result.putArray("missing");
          answers.missing().forEach(missing::add);
          return new Reply.Result(result);
        });
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
