package io.sluice.gateway.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.resources.Resource;

/// A node as those know it who are sent spans and metrics.
final class Node {
  private static final String SERVICE = "sluice";

  private Node() {}

  static Resource resource(String nodeId, String version) {
    return Resource.getDefault()
        .merge(
            Resource.create(
                Attributes.of(
                    Names.SERVICE, SERVICE, Names.INSTANCE, nodeId, Names.VERSION, version)));
  }
}
