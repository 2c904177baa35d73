package io.sluice.gateway.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// How the node is, for `/health/*`.
///
/// @param live it works or can recover by itself; Kafka and Redis play no part
/// @param ready it should get new connections
/// @param started it has caught up once
/// @param details for people, in this order: each dependency and what is the matter with it
public record HealthReport(
    boolean live, boolean ready, boolean started, Map<String, String> details) {
  public HealthReport {
    details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
  }
}
