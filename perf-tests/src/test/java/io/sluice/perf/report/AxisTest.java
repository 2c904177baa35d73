package io.sluice.perf.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class AxisTest {
  static Stream<Arguments> ticks() {
    return Stream.of(
        Arguments.of(Scale.LINEAR, List.of(3.0, 87.0), "0 20 40 60 80 100"),
        Arguments.of(Scale.LINEAR, List.of(0.3), "0 0.1 0.2 0.3"),
        Arguments.of(Scale.LINEAR, List.of(10_000.0), "0 2,000 4,000 6,000 8,000 10,000"),
        Arguments.of(Scale.LINEAR, List.of(2_300_000.0), "0 500,000 1M 1.5M 2M 2.5M"),
        Arguments.of(Scale.LINEAR, List.of(-3.0, 4.0), "-4 -2 0 2 4"),
        Arguments.of(Scale.LINEAR, List.of(0.0), "0 0.2 0.4 0.6 0.8 1"),
        Arguments.of(Scale.LINEAR, List.of(), "0 0.2 0.4 0.6 0.8 1"),
        Arguments.of(Scale.LOG, List.of(1_000.0, 10_000.0), "1,000 2,000 5,000 10,000"),
        Arguments.of(Scale.LOG, List.of(0.3, 4.7), "0.2 0.5 1 2 5"),
        Arguments.of(Scale.LOG, List.of(0.5, 900.0), "1 10 100 1,000"),
        Arguments.of(Scale.LOG, List.of(1.0, 1e9), "1 100 10,000 1M 100M"),
        Arguments.of(Scale.LOG, List.of(0.0, 100.0), "10 100 1,000"),
        Arguments.of(Scale.PERCENTILE, List.of(50.0, 99.99, 100.0), "50% 90% 99% 99.9% 99.99%"),
        Arguments.of(Scale.PERCENTILE, List.of(0.0, 99.0), "0% 50% 90% 99%"));
  }

  @ParameterizedTest
  @MethodSource("ticks")
  void ticksAreRoundAndFew(Scale scale, List<Double> values, String labels) {
    Axis axis = Axis.over(scale, values);

    assertThat(String.join(" ", axis.ticks().stream().map(axis::label).toList())).isEqualTo(labels);
  }

  @Test
  void percentilesAreEvenByTheirNines() {
    Axis axis = Axis.over(Scale.PERCENTILE, List.of(0.0, 99.99));

    assertThat(axis.at(90)).isEqualTo(0.25, within(1e-9));
    assertThat(axis.at(99)).isEqualTo(0.5, within(1e-9));
    assertThat(axis.at(99.9)).isEqualTo(0.75, within(1e-9));
  }

  @Test
  void aLogarithmicAxisPlacesDecadesEvenly() {
    Axis axis = Axis.over(Scale.LOG, List.of(1.0, 100.0));

    assertThat(axis.at(1)).isZero();
    assertThat(axis.at(10)).isEqualTo(0.5, within(1e-9));
    assertThat(axis.at(100)).isEqualTo(1);
  }
}
