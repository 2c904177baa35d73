package io.sluice.perf.chaos;

import java.io.IOException;
import java.time.Duration;

/// Something that goes wrong with a cluster.
///
/// @param name of its kind, for people and `--faults`
/// @param about how long it lasts, with what it takes to heal
/// @param effect what clients are to notice
/// @param strike makes it happen and ends it; returns when everything runs and is ready again
record Fault(String name, Duration about, Effect effect, Strike strike) {
  /// What clients are to notice.
  enum Effect {
    /// Those of a node lose their connections.
    ENDS_CONNECTIONS,
    /// Clients lose their connections, each at another time.
    ENDS_ONE_BY_ONE,
    /// Publishing stops for a while; connections stay.
    STOPS_PUBLISHING,
    /// Nothing.
    NONE;

    /// Whether connections stay but for what the run itself cuts.
    boolean leavesConnections() {
      return this == NONE || this == STOPS_PUBLISHING;
    }

    /// Whether clients lose their connections at moments of their own, be it that the run cuts
    /// them.
    boolean isOneByOne() {
      return this == NONE || this == ENDS_ONE_BY_ONE;
    }
  }

  /// What happens.
  interface Strike {
    void at(Scene scene) throws IOException;
  }
}
