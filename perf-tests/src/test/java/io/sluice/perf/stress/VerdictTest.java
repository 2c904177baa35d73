package io.sluice.perf.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class VerdictTest {
  private static final Goals GOALS =
      Goals.of(List.of("delivery-p99=50ms", "lost=0", "request-p99=100ms"));

  @Test
  void eachGoalIsToldWhatGatlingFoundInTheOrderOfTheGoals() {
    List<Verdict> all =
        Verdict.read(
            GOALS,
            2,
            List.of(
                "delivery: 99th percentile of response time is less than or equal to 50.0 : false"
                    + " (actual : 61.0)",
                "delivery: count of failed events is less than or equal to 0.0 : true (actual : 0.0)",
                "api publish: 99th percentile of response time is less than or equal to 100.0 : true"
                    + " (actual : 7.0)",
                "api history: 99th percentile of response time is less than or equal to 100.0 : true"
                    + " (actual : 9.0)",
                "api presence_stats: 99th percentile of response time is less than or equal to 100.0"
                    + " : false (Could not find stats matching assertion path)"));

    assertThat(all)
        .extracting(Verdict::toString)
        .containsExactly(
            "delivery-p99 <= 50ms: 61ms",
            "lost <= 0: 0",
            "request-p99 <= 100ms: 9ms; there was none");
    assertThat(all).extracting(Verdict::holds).containsExactly(false, true, false);
    assertThat(Verdict.missed(all)).hasSize(2);
    assertThat(all.getFirst().row(StressScenario.PEAK).note())
        .isEqualTo("missed: delivery-p99 <= 50ms");
  }

  @Test
  void whatCannotBeMeasuredIsMissedAndSaysWhy() {
    Verdict verdict =
        Verdict.read(
                Goals.of(List.of("recovered=100%")), 2, List.of("recovery: … : false (no stats)"))
            .getFirst();
    assertThat(verdict.holds()).isFalse();
    assertThat(verdict).hasToString("recovered >= 100%: no stats");
  }

  @Test
  void aNodeThatWasNotSeenMissesItsGoalsWithThatWord() {
    Verdict verdict =
        Verdict.read(
                Goals.of(List.of("server-cpu=60%")),
                2,
                List.of(
                    "node-1 CPU, %: 95th percentile of response time is … : true (actual : 20.0)",
                    "node-2 CPU, %: 95th percentile of response time is … : true (actual : 30.0)",
                    "looks at nodes: percentage of failed events is … : false (actual : 12.5)"))
            .getFirst();
    assertThat(verdict.holds()).isFalse();
    assertThat(verdict)
        .hasToString("server-cpu <= 60%: 30%; 12.5 % of the looks at nodes had no answer");
    assertThat(verdict.row(StressScenario.PEAK).note()).contains("had no answer");
  }

  @Test
  void whatNeverHappenedIsMissed() {
    Verdict verdict =
        Verdict.read(
                Goals.of(List.of("recovered=100%")),
                2,
                List.of(
                    "recovery: … : false (Could not find stats matching assertion path List(recovery))"))
            .getFirst();
    assertThat(verdict).hasToString("recovered >= 100%: there was none");
  }

  @Test
  void aReportThatLacksSomethingIsNoReport() {
    assertThatThrownBy(() -> Verdict.read(GOALS, 2, List.of("x : true (actual : 1.0)")))
        .hasMessage("Gatling tells of 1 assertions, not of 5");
  }
}
