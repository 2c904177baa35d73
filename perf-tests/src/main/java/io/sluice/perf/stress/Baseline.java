package io.sluice.perf.stress;

/// See [StressScenario#BASELINE].
public final class Baseline extends StressSimulation {
  /// For Gatling.
  public Baseline() {
    super(StressScenario.BASELINE);
  }
}
