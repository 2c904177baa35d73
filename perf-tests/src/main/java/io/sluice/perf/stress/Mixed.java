package io.sluice.perf.stress;

/// See [StressScenario#MIXED].
public final class Mixed extends StressSimulation {
  /// For Gatling.
  public Mixed() {
    super(StressScenario.MIXED);
  }
}
