package io.sluice.gateway.wire;

import io.sluice.gateway.Gateway;
import io.sluice.gateway.TestStack;
import java.util.Map;

/// One node for all tests of this package in a JVM, which ends it.
final class WireNode {
  private static final class Held {
    static final Gateway GATEWAY = start();

    private static Gateway start() {
      try {
        return TestStack.node(
            "wire",
            Map.of(
                "tokens.anonymous",
                "true",
                "namespaces.default.subscribe",
                "anyone",
                "namespaces.plain.topic",
                "wire.plain",
                "namespaces.plain.delta",
                "false",
                "namespaces.plain.filters",
                "false",
                "namespaces.state.topic",
                "wire.state",
                "namespaces.state.mode",
                "state",
                "edge.filters.max-depth",
                "3"));
      } catch (Exception e) {
        throw new IllegalStateException("no node", e);
      }
    }
  }

  private WireNode() {}

  static int port() {
    return Held.GATEWAY.edgePort();
  }

  static int apiPort() {
    return Held.GATEWAY.apiPort();
  }

  static WireClient echo(String extensions) throws java.io.IOException {
    return new WireClient(port(), "/connection/echo", extensions);
  }
}
