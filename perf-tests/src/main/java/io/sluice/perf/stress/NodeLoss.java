package io.sluice.perf.stress;

/// See [StressScenario#NODE_LOSS].
public final class NodeLoss extends StressSimulation {
  /// For Gatling.
  public NodeLoss() {
    super(StressScenario.NODE_LOSS);
  }
}
