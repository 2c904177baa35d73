package io.sluice.perf.bench;

import io.sluice.perf.report.Metric;
import io.sluice.perf.report.Row;
import io.sluice.perf.swarm.FaultyServer.Fault;
import io.sluice.perf.swarm.Swarm;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// One round of a scenario that needs no clients, and what it found.
final class AloneInTheLab {
  private final Findings findings = new Findings();

  AloneInTheLab(Scenario scenario) throws IOException {
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
      scenario.round(lab, contender);
    }
  }

  Findings findings() {
    return findings;
  }

  /// The sum over all variants.
  double found(Metric metric) {
    return findings.rows().stream()
        .filter(row -> row.metric().equals(metric))
        .mapToDouble(Row::median)
        .sum();
  }
}
