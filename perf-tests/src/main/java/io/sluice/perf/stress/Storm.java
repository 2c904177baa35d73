package io.sluice.perf.stress;

/// See [StressScenario#STORM].
public final class Storm extends StressSimulation {
  /// For Gatling.
  public Storm() {
    super(StressScenario.STORM);
  }
}
