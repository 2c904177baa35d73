package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Status;
import io.sluice.gateway.cluster.NodeCommand;
import io.sluice.gateway.cluster.Whose;
import java.util.List;
import java.util.Optional;

/// Sessions as resources, by their [SessionId]. One is there while a connection holds it, on
/// whatever node, and for its grace period afterwards, as long as Redis knows of it.
///
/// 503 when it was found nowhere and not every node has answered, or Redis has not, or when the
/// node that had it last has not.
final class SessionPages {
  private final ClusterPort cluster;

  /// @param certain whether that it was not found means that it is not there
  private record Looked(Optional<AwaySession> found, boolean certain) {}

  SessionPages(ClusterPort cluster) {
    this.cluster = cluster;
  }

  List<Resource> resources() {
    return List.of(
        new Resource("GET", "/sessions/{id}", this::session),
        new Resource("DELETE", "/sessions/{id}", this::end));
  }

  private void session(Call call) throws InterruptedException {
    Optional<ObjectNode> found = find(call, /* certain= */ true);
    if (found.isPresent()) {
      call.answer(Status.OK_200, found.get());
    }
  }

  /// Disconnects whoever holds it, for good: 3503. Nodes that do not answer are told, too. One that
  /// is away stays so for its grace period.
  private void end(Call call) throws InterruptedException {
    Optional<ObjectNode> found = find(call, /* certain= */ false);
    if (found.isPresent()) {
      Whose whose =
          new Whose(found.get().path("user").asText(), "", found.get().path("session").asText());
      call.told(
          call.await(cluster.tell(new NodeCommand.Disconnect(whose, List.of(), 0, ""))),
          () -> call.done(Status.ACCEPTED_202));
    }
  }

  /// @param certain whether it counts that a node which has not answered may have it
  /// @return nothing when it is not there, or may be elsewhere, which has been answered
  private Optional<ObjectNode> find(Call call, boolean certain) throws InterruptedException {
    Optional<SessionId> id = SessionId.parse(call.part("id"));
    if (id.isEmpty()) {
      call.problem(Status.NOT_FOUND_404, "this is no session's id");
      return Optional.empty();
    }
    LiveConnections live = call.await(LiveConnections.of(cluster, id.get().user()));
    Optional<ObjectNode> holder =
        live.all().stream()
            .filter(one -> one.path("session").asText().equals(id.get().session()))
            .reduce((_, later) -> later)
            .map(one -> one.put("state", "live"));
    if (holder.isPresent()) {
      return holder.map(one -> one.put("user", id.get().user()));
    }
    Looked looked =
        call.await(
            cluster
                .away(id.get().user(), id.get().session())
                .handle((found, failure) ->
                    failure == null
                        ? new Looked(found, true)
                        : new Looked(Optional.empty(), false)));
    Optional<AwaySession> away = looked.found();
    if (certain
        && away.filter(AwaySession::open).map(AwaySession::node).stream()
            .anyMatch(live.answers().missing()::contains)) {
      call.problem(
          Status.SERVICE_UNAVAILABLE_503,
          "the node that had it last has not answered: " + away.get().node());
      return Optional.empty();
    }
    if (away.isPresent()) {
      return away.map(it -> described(id.get(), it));
    }
    if (!looked.certain()) {
      call.problem(
          Status.SERVICE_UNAVAILABLE_503,
          "no node has it, and Redis does not say whether it is away");
    } else if (live.answers().missing().isEmpty()) {
      call.problem(Status.NOT_FOUND_404, "there is no such session");
    } else {
      call.problem(
          Status.SERVICE_UNAVAILABLE_503,
          "no node that answered has it; without an answer: " + live.answers().missing());
    }
    return Optional.empty();
  }

  private static ObjectNode described(SessionId id, AwaySession away) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id.text())
        .put("session", id.session())
        .put("client", away.client())
        .put("node", away.node())
        .put("connected", away.connected().toString())
        .put("state", "away")
        .put("seen", away.seen().toString())
        .put("user", id.user());
  }
}
