package io.sluice.perf.stress;

/// See [StressScenario#PEAK].
public final class Peak extends StressSimulation {
  /// For Gatling.
  public Peak() {
    super(StressScenario.PEAK);
  }
}
