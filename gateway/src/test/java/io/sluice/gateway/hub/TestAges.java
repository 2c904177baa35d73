package io.sluice.gateway.hub;

/// What a loop counts by, for tests of who tells it.
public final class TestAges {
  private TestAges() {}

  /// Of the first loop.
  public static LoopAges of(DeliveryAges ages) {
    return ages.of(0);
  }
}
