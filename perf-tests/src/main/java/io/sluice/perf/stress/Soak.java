package io.sluice.perf.stress;

/// See [StressScenario#SOAK].
public final class Soak extends StressSimulation {
  /// For Gatling.
  public Soak() {
    super(StressScenario.SOAK);
  }
}
