package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Status;
import io.sluice.broker.ChannelName;
import io.sluice.broker.ChannelTop;
import io.sluice.gateway.cluster.Answers;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.config.Namespaces;
import io.sluice.gateway.config.Resolution;
import java.util.List;
import java.util.Optional;

/// Channels as resources: those with subscribers, one with its partition, where its log is now, and
/// how many records of the partition lie within what can be recovered; and publishing to it.
/// Whoever reads state that is at least as new as that position and subscribes from there has no
/// gap.
///
/// Clients are counted on all nodes; `missing` names those that did not answer.
final class ChannelPages {
  private final Namespaces namespaces;
  private final NodePort node;
  private final Commands commands;

  ChannelPages(Namespaces namespaces, NodePort node, Commands commands) {
    this.namespaces = namespaces;
    this.node = node;
    this.commands = commands;
  }

  List<Resource> resources() {
    return List.of(
        new Resource("GET", "/channels", this::all),
        new Resource("POST", "/channels/{+name}/publications", this::publish),
        new Resource("GET", "/channels/{+name}/presence", this::presence),
        new Resource("GET", "/channels/{+name}", this::channel));
  }

  private void all(Call call) throws InterruptedException {
    switch (call.await(Channels.find(node.cluster(), call.query("pattern")))) {
      case Reply.Result(ObjectNode found) -> {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode channels = body.putArray("channels");
        found
            .path("channels")
            .forEachEntry((name, about) ->
                channels
                    .addObject()
                    .put("name", name)
                    .put("clients", about.path("num_clients").asInt()));
        if (found.has("missing")) {
          body.set("missing", found.path("missing"));
        }
        call.answer(Status.OK_200, body);
      }
      case Reply.Failure failure -> failed(call, failure);
      case Reply.Replies _ -> throw new IllegalStateException("one question, several replies");
    }
  }

  private void channel(Call call) throws InterruptedException {
    Optional<Resolution.Found> found = find(call);
    if (found.isEmpty()) {
      return;
    }
    ChannelName channel = found.get().channel();
    NamespaceConfig policy = found.get().policy();
    Answers answers = call.await(Channels.ask(node.cluster(), channel.toString()));
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("name", channel.toString())
            .put("namespace", channel.namespace())
            .put("clients", Channels.clients(answers));
    Missing.tell(answers, body);
    if (!policy.isSpread(channel.key())) {
      ChannelTop top = node.top(channel);
      body.put("partition", top.partition())
          .put("epoch", top.position().epoch())
          .put("offset", top.position().offset())
          .put("horizon", node.horizon(channel, policy.replay()));
    }
    call.answer(Status.OK_200, body);
  }

  /// The body is that of the method `publish` without `channel`.
  private void publish(Call call) throws InterruptedException, UndecodableException {
    Optional<Resolution.Found> found = find(call);
    if (found.isEmpty()) {
      return;
    }
    if (!(CommandReader.read(Method.PUBLISH, call.body())
        instanceof Command.Publish(String _, Command.Content content))) {
      throw new IllegalStateException("a publish is read as one");
    }
    String channel = found.get().channel().toString();
    switch (call.await(commands.execute(new Command.Publish(channel, content), () -> false))) {
      case Reply.Result(ObjectNode position) -> call.answer(Status.CREATED_201, position);
      case Reply.Failure failure -> failed(call, failure);
      case Reply.Replies _ -> throw new IllegalStateException("one command, several replies");
    }
  }

  private void presence(Call call) throws InterruptedException {
    if (find(call).isPresent()) {
      switch (call.await(new PresencePages(namespaces, node).page(call))) {
        case Reply.Result(ObjectNode page) -> call.answer(Status.OK_200, page);
        case Reply.Failure failure -> failed(call, failure);
        case Reply.Replies _ -> throw new IllegalStateException("one question, several replies");
      }
    }
  }

  /// @return nothing when there is no such channel, which has been answered
  private Optional<Resolution.Found> find(Call call) {
    return switch (namespaces.resolve(call.part("name"))) {
      case Resolution.Found found -> Optional.of(found);
      case Resolution.Invalid(String reason) -> {
        call.problem(Status.NOT_FOUND_404, reason);
        yield Optional.empty();
      }
      case Resolution.Unknown(String namespace) -> {
        call.problem(Status.NOT_FOUND_404, "there is no namespace '" + namespace + "'");
        yield Optional.empty();
      }
    };
  }

  private static void failed(Call call, Reply.Failure failure) {
    Status status =
        switch (failure.code()) {
          case INTERNAL -> Status.SERVICE_UNAVAILABLE_503;
          case UNKNOWN_CHANNEL, METHOD_NOT_FOUND -> Status.NOT_FOUND_404;
          case LIMIT_EXCEEDED, BAD_REQUEST -> Status.BAD_REQUEST_400;
          case NOT_AVAILABLE, UNRECOVERABLE_POSITION -> Status.CONFLICT_409;
          case TOO_MANY_REQUESTS -> Status.TOO_MANY_REQUESTS_429;
        };
    call.problem(
        status,
        failure.detail().isEmpty() ? failure.code().message : failure.detail(),
        failure.retryAfterSeconds());
  }
}
