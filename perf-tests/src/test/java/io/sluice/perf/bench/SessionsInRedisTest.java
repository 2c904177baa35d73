package io.sluice.perf.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.perf.report.Metric;
import io.sluice.perf.report.Row;
import io.sluice.perf.swarm.FaultyServer.Fault;
import io.sluice.perf.swarm.Swarm;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("full")
final class SessionsInRedisTest {
  private static final int SESSIONS = 3_000;

  private final Findings findings = new Findings();

  private double found(Metric metric) {
    return findings.rows().stream()
        .filter(row -> row.metric().equals(metric))
        .mapToDouble(Row::median)
        .sum();
  }

  @Test
  void memoryAndCommandsOfSessionsAreTold() throws Exception {
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
      new SessionsInRedis(SESSIONS, List.of(2)).round(lab, contender);
    }

    assertThat(findings.faults()).isEmpty();
    assertThat(found(Figures.SESSION_BYTES))
        .as("the hash, its two entries in indices, and the user's index itself")
        .isBetween(500.0, 2_500.0);
    assertThat(found(Figures.CHECKPOINT_COMMANDS))
        .as("one a session, one a batch, and sometimes one for the user")
        .isBetween(SESSIONS / 30.0, SESSIONS * 1.5 / 30);
    assertThat(found(Figures.REDIS_CORE)).isPositive();
    assertThat(found(Figures.CHECKPOINTS)).isPositive();
  }
}
