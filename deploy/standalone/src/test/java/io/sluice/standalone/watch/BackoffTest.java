package io.sluice.standalone.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void waitsAreWithinBoundsAndBeginAnewAfterSuccess(long seed) {
    Backoff backoff = new Backoff(new Random(seed));
    for (int round = 0; round < 2; round++) {
      assertThat(backoff.next()).isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
      assertThat(IntStream.range(0, 50).mapToObj(_ -> backoff.next()))
          .allSatisfy(
              wait -> assertThat(wait).isBetween(Duration.ofMillis(500), Duration.ofSeconds(20)))
          .anyMatch(wait -> wait.compareTo(Duration.ofSeconds(10)) > 0);
      backoff.reset();
    }
  }
}
