package io.sluice.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NearestKeyTest {
  @ParameterizedTest
  @CsvSource({"port,port,0", "prot,port,1", "por,port,1", "ports,port,1", "pork,port,1", "'',ab,2"})
  void distanceCountsTypingErrors(String a, String b, int distance) {
    assertThat(NearestKey.distance(a, b)).isEqualTo(distance);
    assertThat(NearestKey.distance(b, a)).isEqualTo(distance);
  }

  @Test
  void theNearestWinsAndTiesAreAlphabetical() {
    assertThat(NearestKey.to("b", Set.of("d", "c", "xx"))).contains("c");
    assertThat(NearestKey.to("b", Set.of())).isEmpty();
  }
}
