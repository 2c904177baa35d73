package io.sluice.perf.stress;

/// See [StressScenario#TARGET].
public final class Target extends StressSimulation {
  /// For Gatling.
  public Target() {
    super(StressScenario.TARGET);
  }
}
