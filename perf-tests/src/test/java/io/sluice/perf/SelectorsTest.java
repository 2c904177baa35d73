package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import org.junit.jupiter.api.Test;

/// What is asked of labels, alternative by alternative.
final class SelectorsTest {
  private static SortedSet<String> of(String... expressions) {
    return Selectors.of(List.of(expressions), Set.of("ALERTS"));
  }

  @Test
  void eachAlternativeIsASelectorOfItsOwn() {
    assertThat(of("sum by (job) (rate(x_total{a=\"1\",b=~\"u|v-w\"}[2m])) > 1 and y{c!=\"3\"} > 0"))
        .containsExactly("x_total{a=\"1\",b=~\"u\"}", "x_total{a=\"1\",b=~\"v-w\"}", "y{c!=\"3\"}");
    assertThat(of("x{a=~\"1|2\", b=~\"u|v\"}")).hasSize(4).contains("x{a=~\"2\",b=~\"u\"}");
  }

  @Test
  void variablesAndWhatAsksOfNoLabelAreLeftOut() {
    assertThat(
            of(
                "x{job=\"$job\",instance=~\"$node\",a=~\"u|v\"}",
                "y{job=\"$job\"}",
                "z",
                "ALERTS{alertname=~\"S.+|T\"}"))
        .containsExactly("x{a=~\"u\"}", "x{a=~\"v\"}");
  }

  @Test
  void whatIsNoListOfAlternativesStaysWhole() {
    assertThat(of("x{a=~\"k:.+\"} or x{a=~\"(u|v)w\"} or x{a!~\"u|v\"}"))
        .containsExactly("x{a!~\"u|v\"}", "x{a=~\"(u|v)w\"}", "x{a=~\"k:.+\"}");
  }
}
