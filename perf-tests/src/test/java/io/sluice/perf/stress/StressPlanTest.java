package io.sluice.perf.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StressPlanTest {
  private static StressPlan plan(StressScenario scenario, Map<String, String> properties) {
    return StressPlan.of(scenario, properties::get);
  }

  @Test
  void scaleIsOfUsersAndTime() {
    StressPlan whole = plan(StressScenario.PEAK, Map.of());
    assertThat(whole.users()).isEqualTo(1_200);
    assertThat(whole.lasts()).isEqualTo(Duration.ofMinutes(5));
    assertThat(whole.deliveriesPerSecond()).isEqualTo(4_800);
    assertThat(whole.publishesPerSecond() * 50).isEqualTo(4_800);

    StressPlan tenth = plan(StressScenario.PEAK, Map.of("stress.scale", "0.1"));
    assertThat(tenth.users()).isEqualTo(120);
    assertThat(tenth.lasts()).isEqualTo(Duration.ofSeconds(30));
    assertThat(tenth.where()).isNull();
  }

  @Test
  void aGoalThatIsStatedComesOverTheScenarios() {
    StressPlan plan = plan(StressScenario.PEAK, Map.of("stress.goals", "delivery-p99=7ms, lost=2"));
    assertThat(plan.goals().bounds())
        .containsEntry(Goal.DELIVERY_P99, 7.0)
        .containsEntry(Goal.LOST, 2.0)
        .containsKey(Goal.DELIVERIES);
  }

  /// What is published in the time cannot be less than is to be delivered.
  @ParameterizedTest
  @EnumSource(StressScenario.class)
  void theGoalOfDeliveriesCanBeReached(StressScenario scenario) {
    StressPlan plan = plan(scenario, Map.of("stress.scale", "0.1"));
    assertThat(plan.goals().bounds().get(Goal.DELIVERIES))
        .isBetween(plan.deliveriesPerSecond() / 2, plan.deliveriesPerSecond() * 0.95);
  }

  /// So that a short run shows clients that fall behind, too.
  @ParameterizedTest
  @ValueSource(strings = {"0.05", "0.1", "0.5", "1"})
  void clientsThatReadSlowlyAreSentAsMuchWhateverTheScale(String scale) {
    StressPlan plan = plan(StressScenario.SLOW_CONSUMERS, Map.of("stress.scale", scale));
    double perSecond = plan.payload() * plan.slowRooms() * plan.publishesPerSecond() / plan.rooms();
    assertThat(perSecond).isBetween(32_000.0, 33_000.0);
  }

  @Test
  void whatRepeatsARunNamesTheTargetAndNoSecret() {
    assertThat(Invocation.of(plan(StressScenario.LOAD, Map.of())))
        .isEqualTo("./sluice stress load");
    StressPlan plan =
        plan(
            StressScenario.PEAK,
            Map.of(
                "stress.scale", "0.1",
                "stress.goals", "delivery-p99=7ms,lost=2",
                "stress.edge", "wss://one/ws?token=Hush",
                "stress.api", "http://me:Hush@one:9000",
                "stress.api-key", "Hush",
                "stress.secret", "Hush",
                "stress.kafka", "ten:9092,eleven:9092",
                "stress.redis", "redis://me:Hush@six"));
    assertThat(Invocation.of(plan))
        .isEqualTo(
            "SLUICE_API_KEY=... SLUICE_TOKENS_HMAC_SECRET=... ./sluice stress peak --scale 0.1"
                + " --goal delivery-p99=7ms --goal lost=2 --edge 'wss://one/ws?...'"
                + " --api http://...@one:9000 --kafka ten:9092,eleven:9092 --redis redis://...@six");
  }

  @Test
  void whatMakesNoSenseIsRefusedByName() {
    assertThatThrownBy(() -> plan(StressScenario.LOAD, Map.of("stress.scale", "0")))
        .hasMessageContaining("scale");
    assertThatThrownBy(() -> plan(StressScenario.LOAD, Map.of("stress.scale", "much")))
        .hasMessageContaining("much");
    assertThatThrownBy(() -> plan(StressScenario.LOAD, Map.of("stress.edge", "ws://one/")))
        .hasMessageContaining("edge and api");
  }
}
