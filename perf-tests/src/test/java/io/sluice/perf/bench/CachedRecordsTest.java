package io.sluice.perf.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.perf.bench.CachedRecords.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CachedRecordsTest {
  @Test
  void theHeapOfARecordIsToldBesideTheWindowsAccount() throws Exception {
    AloneInTheLab lab = new AloneInTheLab(new CachedRecords(List.of(new Shape(10, 10_000))));
    double heap = lab.found(Figures.BEYOND_BYTES);

    assertThat(lab.findings().faults()).isEmpty();
    assertThat(heap)
        .as("an entry's header and its place in the index, and no second value")
        .isBetween(33.0, 100.0);
    assertThat(lab.found(Figures.ACCOUNT)).isBetween(heap - 8, heap + 8);
    assertThat(lab.findings().rows().getFirst().note()).isEqualTo("goal: at most 40 B");
  }
}
