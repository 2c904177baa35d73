package io.sluice.perf.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.perf.swarm.FaultyServer.Fault;
import io.sluice.perf.swarm.Swarm;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What clients see that they should not becomes a fault of the run.
@Tag("full")
final class SessionTest {
  private static final int CLIENTS = 3;

  private final Findings findings = new Findings();

  /// Ten publications to three clients.
  private void measure(Fault fault) throws Exception {
    try (FaultyContender contender = new FaultyContender(fault);
        Swarm swarm = new Swarm(List.of("-Xmx64m", "-XX:+UseSerialGC"));
        Swarm beside = new Swarm(List.of())) {
      Lab lab =
          new Lab(
              new Roster(List.of(contender), _ -> contender),
              null,
              swarm,
              beside,
              findings,
              Effort.quick(1),
              new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
      try (Session session = Session.open(lab, contender, CLIENTS, 1)) {
        session.run(CLIENTS * 50, Duration.ofMillis(200));
      }
    }
  }

  @Test
  void aSoundServerHasNoFault() throws Exception {
    measure(Fault.NONE);

    assertThat(findings.faults()).isEmpty();
    assertThat(BenchCommand.exitCode(findings.faults())).isZero();
  }

  @Test
  void aLossIsAFaultWithBothSidesHistoryAndExitCodeOne() throws Exception {
    measure(Fault.DROPS);

    assertThat(findings.faults())
        .anyMatch(it -> it.contains("5 is missing; it saw") && it.contains("published were [1@2,"))
        .anyMatch(it -> it.contains("deliveries arrived, not all"));
    assertThat(BenchCommand.exitCode(findings.faults())).isEqualTo(1);
  }

  @Test
  void aFigureThatIsNoNumberIsAFaultAndNoValue() {
    var cell = new Findings.Cell("s", "v", "c", Figures.CPU);
    findings.add(cell, Double.NaN);

    assertThat(findings.faults()).containsExactly("s, c: server CPU per delivery is NaN");
    assertThat(findings.rows().getFirst().note()).isEqualTo("failed");
  }
}
