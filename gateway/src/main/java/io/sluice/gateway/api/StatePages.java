package io.sluice.gateway.api;

import io.helidon.http.Status;
import java.util.List;

/// What the asked node is doing, for operators: see [NodePort#state].
final class StatePages {
  private final NodePort node;

  StatePages(NodePort node) {
    this.node = node;
  }

  List<Resource> resources() {
    return List.of(
        new Resource(
            "GET", "/state", call -> call.answer(Status.OK_200, call.await(node.state()))));
  }
}
