package io.sluice.perf.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class GoalsTest {
  @ParameterizedTest
  @CsvSource({
    "delivery-p99, 50ms, 50",
    "delivery-p99, 0.5s, 500",
    "delivery-p99, 50, 50",
    "server-memory, 1.5GB, 1536",
    "server-memory, 800MB, 800",
    "recovered, 99.5%, 99.5",
    "lost, 0, 0",
    "deliveries-per-second, 2000, 2000",
    "deliveries-per-second, 2000/s, 2000"
  })
  void anAmountHasAUnitOfItsGoal(String goal, String text, double value) {
    assertThat(Goal.named(goal).orElseThrow().read(text)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({"delivery-p99, 50MB", "server-cpu, 50ms", "lost, none", "recovered, -1%", "lost, ''"})
  void anythingElseIsRefusedByName(String goal, String text) {
    assertThatThrownBy(() -> Goal.named(goal).orElseThrow().read(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(goal + "=" + text);
  }

  @ParameterizedTest
  @CsvSource({
    "delivery-p99, 50.5ms, a whole number of ms is wanted",
    "lost, 0.5, a whole number is wanted",
    "dropped, 1.5, a whole number is wanted",
    "server-cpu, 99.5%, a whole number of % is wanted",
    "server-memory, 1.1GB, a whole number of MB is wanted",
    "lost, 10000, 9999 at most",
    "slow-clients-behind, 99999999999, 2147483647 at most"
  })
  void whatGatlingWouldCutOrCannotCountToIsRefusedByName(String goal, String text, String why) {
    assertThatThrownBy(() -> Goals.of(List.of(goal + "=" + text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(goal + "=" + text + ": " + why);
  }

  @Test
  void othersComeOverThoseOfAScenario() {
    Goals goals = Goals.of(List.of("lost=0", "delivery-p99=50ms")).with(List.of("lost=3"));
    assertThat(goals.bounds()).isEqualTo(Map.of(Goal.LOST, 3.0, Goal.DELIVERY_P99, 50.0));
    assertThatThrownBy(() -> goals.with(List.of("delivery-p95=3ms")))
        .hasMessageContaining("'delivery-p95'")
        .hasMessageContaining("delivery-p99");
    assertThatThrownBy(() -> goals.with(List.of("lost"))).hasMessageContaining("name=value");
  }

  @Test
  void eachNodeIsJudgedByItself() {
    assertThat(Goal.SERVER_CPU.assertions(50, 20)).as("and that all were seen").hasSize(21);
    assertThat(Goal.SERVER_MEMORY.assertions(50, 3)).hasSize(4);
    assertThat(Goal.MEMORY_GROWTH.assertions(50, 3)).hasSize(4);
    assertThat(Goal.LOST.assertions(0, 20)).hasSize(1);
  }

  @Test
  void aGoalSaysWhichWayItGoes() {
    assertThat(Goal.DELIVERY_P99.text(50)).isEqualTo("delivery-p99 <= 50ms");
    assertThat(Goal.RECOVERED.text(99.5)).isEqualTo("recovered >= 99.5%");
    assertThat(Goal.DELIVERY_P99.worst(List.of(1.0, 3.0))).isEqualTo(3);
    assertThat(Goal.RECOVERED.worst(List.of(1.0, 3.0))).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(StressScenario.class)
  void everyScenarioHasGoalsAndAssertionsForThem(StressScenario scenario) {
    assertThat(scenario.goals().bounds())
        .containsKeys(Goal.LOST, Goal.PUBLISH_ERRORS, Goal.DELIVERY_P99);
    assertThat(scenario.goals().assertions(2)).hasSizeGreaterThanOrEqualTo(5);
    assertThat(StressScenario.named(scenario.label())).contains(scenario);
  }
}
