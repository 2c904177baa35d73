package io.sluice.perf.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Neither a cluster nor clients are there.
@SuppressWarnings("NullAway")
final class SceneTest {
  private static final Duration WITHIN = Duration.ofSeconds(8);

  private final List<String> said = new ArrayList<>();
  private final Scene scene = new Scene("broker-kill", null, null, new Random(1), said::add);

  @Test
  void aFailOverIsTimedByWhoSawIt() {
    scene.failsOver(OptionalLong.of(42), "broker-1", WITHIN);

    assertThat(scene.failedOver()).hasValue(42);
    assertThat(scene.facts()).isEmpty();
    assertThat(said).containsExactly("no partition waits for broker-1 any more");
  }

  @Test
  void aFailOverThatNobodySeesIsAFactAboutKafkaAndEndsNoRun() {
    scene.failsOver(OptionalLong.empty(), "broker-1", WITHIN);

    Fact fact = new Fact(Fact.Kind.STUCK, "Kafka", "no other leaders within 8 s without broker-1");
    assertThat(scene.failedOver()).isEmpty();
    assertThat(scene.facts()).containsExactly(fact);
    assertThat(said).containsExactly(fact.what());
    Judgement judgement = new Judgement(0, 0, scene.facts());
    assertThat(new Round.Outcome(1, List.of(), List.of(), List.of(), judgement).clusterIsStuck())
        .isFalse();
  }
}
