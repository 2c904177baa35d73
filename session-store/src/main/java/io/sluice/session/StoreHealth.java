package io.sluice.session;

import java.time.Instant;

/// Whether sessions are shared among the nodes at the moment.
public sealed interface StoreHealth {

  /// Since when it has been so, by this node's clock.
  Instant since();

  /// Everything works as configured.
  record Healthy(Instant since) implements StoreHealth {}

  /// Redis does not answer; this node answers from its own memory.
  ///
  /// @param reason one phrase for logs and health pages, without secrets
  record Degraded(Instant since, String reason) implements StoreHealth {}
}
