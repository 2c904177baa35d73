package io.sluice.standalone.doctor;

import io.sluice.gateway.config.EdgeConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Whether the system lets a node have the sockets that its configuration lets clients have.
///
/// @param edge the listener's configuration
/// @param machine where the node runs
/// @param shortage how bad it is when there are too few
record DescriptorsCheck(EdgeConfig edge, Machine machine, Level shortage) implements Check {
  /// Jars, the log, epoll, connections to Kafka, Redis, other nodes, and requests of the API.
  private static final int OWN = 500;

  /// As the edge asks for.
  private static final int BACKLOG = 4_096;

  @Override
  public String name() {
    return CheckNames.DESCRIPTORS;
  }

  @Override
  public Set<Part> needs() {
    return Set.of();
  }

  @Override
  public List<Finding> run() {
    List<Finding> findings = new ArrayList<>();
    machine.descriptors().ifPresent(most -> findings.add(judge(most)));
    machine
        .backlog()
        .ifPresent(most -> {
          if (most < BACKLOG) {
            findings.add(
                Finding.warning(
                    name(),
                    "net.core.somaxconn is %d: when more connect at once, they wait seconds to try again"
                        .formatted(most),
                    "sysctl -w net.core.somaxconn=" + BACKLOG));
          }
        });
    if (findings.isEmpty()) {
      findings.add(Finding.notChecked(name(), "this system does not say how many there may be"));
    }
    return findings;
  }

  private Finding judge(long most) {
    long needed = (long) edge.maxConnections() + edge.limits().maxPending() + OWN;
    return most >= needed
        ? Finding.ok(
            name(),
            "%d may be open, %d are needed at most (edge.max-connections: %d)"
                .formatted(most, needed, edge.maxConnections()))
        : new Finding(
            shortage,
            name(),
            "%d may be open, edge.max-connections: %d and edge.max-pending: %d need %d"
                .formatted(most, edge.maxConnections(), edge.limits().maxPending(), needed),
            "ulimit -n %d, LimitNOFILE=%d of a unit, or lower edge.max-connections"
                .formatted(needed, needed));
  }
}
