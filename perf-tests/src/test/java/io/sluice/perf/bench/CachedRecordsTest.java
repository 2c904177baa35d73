package io.sluice.perf.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.perf.bench.CachedRecords.Shape;
import io.sluice.perf.report.Metric;
import io.sluice.perf.report.Row;
import io.sluice.perf.swarm.FaultyServer.Fault;
import io.sluice.perf.swarm.Swarm;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CachedRecordsTest {
  private final Findings findings = new Findings();

  private double found(Metric metric) {
    return findings.rows().stream()
        .filter(row -> row.metric().equals(metric))
        .mapToDouble(Row::median)
        .sum();
  }

  @Test
  void theHeapOfARecordIsToldBesideTheWindowsAccount() throws Exception {
    try (FaultyContender contender = new FaultyContender(Fault.NONE);
        Swarm nobody = new Swarm(List.of())) {
      Lab lab =
          new Lab(
              new Roster(List.of(contender), _ -> contender),
              null,
              nobody,
              nobody,
              findings,
              Effort.quick(1),
              new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
      new CachedRecords(List.of(new Shape(10, 10_000))).round(lab, contender);
    }
    double heap = found(Figures.BEYOND_BYTES);

    assertThat(findings.faults()).isEmpty();
    assertThat(heap)
        .as("an entry's header and its place in the index, and no second value")
        .isBetween(33.0, 100.0);
    assertThat(found(Figures.ACCOUNT)).isBetween(heap - 8, heap + 8);
    assertThat(findings.rows().getFirst().note()).isEqualTo("goal: at most 40 B");
  }
}
