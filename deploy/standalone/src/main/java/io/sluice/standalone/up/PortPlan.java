package io.sluice.standalone.up;

import io.sluice.embedded.FreePorts;
import io.sluice.standalone.run.RunFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Which node listens where, decided and checked before anything is started.
///
/// @param edgePort the first node's
/// @param apiPort the first node's
/// @param nodes how many nodes
record PortPlan(int edgePort, int apiPort, int nodes) {
  private static final int LAST_PORT = 65_535;

  PortPlan {
    if (nodes < 1) {
      throw new IllegalArgumentException("a plan needs a node: " + nodes);
    }
  }

  static PortPlan of(UpOptions options) {
    return new PortPlan(options.edgePort(), options.apiPort(), options.nodes());
  }

  /// @param node from 1
  int edge(int node) {
    return edgePort + node - 1;
  }

  /// @param node from 1
  int api(int node) {
    return apiPort + node - 1;
  }

  /// @param running other running `up`, which explain a port that is taken
  /// @throws UpFailure one line for each port that cannot be had: the port, who needs it, and the
  ///   flag that moves it
  void check(List<RunFile> running) throws UpFailure {
    List<String> problems = new ArrayList<>();
    for (int node = 1; node <= nodes; node++) {
      problem(edge(node), "node " + node + "'s edge", "--edge-port", running)
          .ifPresent(problems::add);
      problem(api(node), "node " + node + "'s API", "--api-port", running).ifPresent(problems::add);
    }
    if (Math.abs(edgePort - apiPort) < nodes) {
      problems.add(
          "port %d would be an edge's and an API's: %d nodes count up from --edge-port %d and from"
                  .formatted(Math.max(edgePort, apiPort), nodes, edgePort)
              + " --api-port "
              + apiPort
              + "; move one of them");
    }
    if (!problems.isEmpty()) {
      throw new UpFailure(String.join("\n", problems));
    }
  }

  private static Optional<String> problem(
      int port, String needer, String flag, List<RunFile> running) {
    if (port < 1 || port > LAST_PORT) {
      return Optional.of(
          "port %d, which %s needs, is not between 1 and %d; %s moves it"
              .formatted(port, needer, LAST_PORT, flag));
    }
    if (FreePorts.isFree(port)) {
      return Optional.empty();
    }
    String owner =
        running.stream()
            .filter(run ->
                run.nodes().stream().anyMatch(n -> n.edgePort() == port || n.apiPort() == port))
            .findFirst()
            .map(run -> " by another 'sluice up' (process " + run.up().pid() + ")")
            .orElse("");
    return Optional.of(
        "port %d is taken%s; %s needs it; %s moves it".formatted(port, owner, needer, flag));
  }
}
