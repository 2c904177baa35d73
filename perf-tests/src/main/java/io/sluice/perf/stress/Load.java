package io.sluice.perf.stress;

/// See [StressScenario#LOAD].
public final class Load extends StressSimulation {
  /// For Gatling.
  public Load() {
    super(StressScenario.LOAD);
  }
}
