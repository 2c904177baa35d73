package io.sluice.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class DeliveryAgesTest {
  private final DeliveryAges ages = new DeliveryAges(2);

  /// In the bucket with this bound, and in no other.
  private void assertCounted(double bound, long deliveries) {
    double[] bounds = DeliveryAges.bounds();
    long[] counts = ages.counts();
    assertThat(counts[Arrays.binarySearch(bounds, bound)]).isEqualTo(deliveries);
    assertThat(Arrays.stream(counts).sum()).isEqualTo(deliveries);
  }

  @Test
  void boundsRiseFromAMillisecondAndEndWithEverything() {
    assertThat(DeliveryAges.bounds())
        .isSorted()
        .startsWith(0.001, 0.002, 0.005)
        .endsWith(30, 60, Double.POSITIVE_INFINITY)
        .hasSameSizeAs(ages.counts());
  }

  @Test
  void anAgeThatIsABoundCountsBelowIt() {
    ages.of(0).add(5, 3);
    assertCounted(0.005, 3);
    assertThat(ages.sum()).isEqualTo(0.015);
  }

  @Test
  void anAgeAboveABoundCountsInTheNext() {
    ages.of(0).add(6, 1);
    assertCounted(0.01, 1);
  }

  @Test
  void whatIsOlderThanAllBoundsCounts() {
    ages.of(0).add(3_600_000, 1);
    assertCounted(Double.POSITIVE_INFINITY, 1);
  }

  /// The record's clock is ahead of this node's.
  @Test
  void anAgeBelowNothingIsNothing() {
    ages.of(0).add(-7, 2);
    assertCounted(0.001, 2);
    assertThat(ages.sum()).isZero();
  }

  @Test
  void loopsCountTogether() {
    ages.of(0).add(100, 1);
    ages.of(1).add(60, 2);
    assertCounted(0.1, 3);
    assertThat(ages.sum()).isEqualTo(0.22);
  }

  /// In the bucket that counts it.
  @Test
  void theNewestExampleOfEachBucketIsKept() {
    ages.example(5, "t1", "s1", 1_000);
    ages.example(3, "t2", "s2", 2_000);
    ages.example(6, "t3", "s3", 3_000);
    ages.example(-1, "t4", "s4", 4_000);
    ages.example(3_600_000, "t5", "s5", 5_000);
    assertThat(ages.examples())
        .containsExactly(
            new AgeExample(0, "t4", "s4", 4_000),
            new AgeExample(0.003, "t2", "s2", 2_000),
            new AgeExample(0.006, "t3", "s3", 3_000),
            new AgeExample(3_600, "t5", "s5", 5_000));
  }
}
