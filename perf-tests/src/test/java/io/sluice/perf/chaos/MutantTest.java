package io.sluice.perf.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// That sources have not moved on from the mistakes, which [MutantsTest] makes.
final class MutantTest {
  @ParameterizedTest
  @MethodSource("io.sluice.perf.chaos.Mutants#all")
  void itsPlaceIsThere(Mutant mutant) throws IOException {
    assertThat(mutant.text()).contains(mutant.of());
  }
}
