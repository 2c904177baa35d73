package io.sluice.perf.stress;

/// See [StressScenario#SLOW_CONSUMERS].
public final class SlowConsumers extends StressSimulation {
  /// For Gatling.
  public SlowConsumers() {
    super(StressScenario.SLOW_CONSUMERS);
  }
}
