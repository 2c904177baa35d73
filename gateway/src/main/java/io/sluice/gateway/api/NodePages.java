package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Status;
import io.sluice.broker.NodeStatus;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Nodes as resources: those that are not dead, the asked one first, as their heartbeats describe
/// them; the figures are up to 2 s old. A state is `live`, `draining` or `stale`.
final class NodePages {
  private final NodePort node;

  NodePages(NodePort node) {
    this.node = node;
  }

  List<Resource> resources() {
    return List.of(
        new Resource("GET", "/nodes", this::all), new Resource("GET", "/nodes/{id}", this::one));
  }

  private void all(Call call) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ArrayNode nodes = body.putArray("nodes");
    node.nodes().forEach(it -> nodes.add(json(it)));
    call.answer(Status.OK_200, body);
  }

  private void one(Call call) {
    String id = call.part("id");
    Optional<NodeStatus> found =
        node.nodes().stream().filter(it -> it.info().id().equals(id)).findAny();
    if (found.isEmpty()) {
      call.problem(Status.NOT_FOUND_404, "there is no node '" + id + "'");
    } else {
      call.answer(Status.OK_200, json(found.get()));
    }
  }

  private static ObjectNode json(NodeStatus node) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", node.info().id())
        .put("edge", node.info().edge())
        .put("state", node.state().name().toLowerCase(Locale.ROOT))
        .put("started", node.info().started().toString())
        .put("connections", node.load().connections())
        .put("subscriptions", node.load().subscriptions())
        .put("channels", node.load().channels())
        .put("api", node.info().api())
        .put("version", node.info().version());
  }
}
