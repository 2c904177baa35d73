package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is changed in an expression, and that all else stays.
final class PromqlMutantsTest {
  @Test
  void numbersWindowsComparisonsAndAggregationsAreChangedOneByOne() {
    assertThat(PromqlMutants.of("sum (rate(x[5m])) > 0.1"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "sum → max", "max (rate(x[5m])) > 0.1",
                "5m → 600s", "sum (rate(x[600s])) > 0.1",
                "5m → 150s", "sum (rate(x[150s])) > 0.1",
                "> → <", "sum (rate(x[5m])) < 0.1",
                "> → >=", "sum (rate(x[5m])) >= 0.1",
                "no > 0.1", "sum (rate(x[5m]))",
                "0.1 → 0.2", "sum (rate(x[5m])) > 0.2",
                "0.1 → 0.05", "sum (rate(x[5m])) > 0.05"));
  }

  @Test
  void operandsAreLeftOutAsFarAsTheyReach() {
    assertThat(PromqlMutants.of("max (a unless on (job) b) or c * d and e"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "max → min", "min (a unless on (job) b) or c * d and e",
                "no right side of unless", "max (a) or c * d and e",
                "on (job) → on ()", "max (a unless on () b) or c * d and e",
                "no right side of or", "max (a unless on (job) b)",
                "no left side of or", "c * d and e",
                "no right side of and", "max (a unless on (job) b) or c * d",
                "no left side of and", "max (a unless on (job) b) or e"));
  }

  @Test
  void labelsMatchersAndAlternativesAreLeftOutOneByOne() {
    assertThat(PromqlMutants.of("min by (job, le) (x{a=\"1\",b=~\"u|v|w\"}) == 2 * y{a=\"1\"}"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry(
                    "min → max", "max by (job, le) (x{a=\"1\",b=~\"u|v|w\"}) == 2 * y{a=\"1\"}"),
                Map.entry(
                    "by (job, le) → by (le)",
                    "min by (le) (x{a=\"1\",b=~\"u|v|w\"}) == 2 * y{a=\"1\"}"),
                Map.entry(
                    "by (job, le) → by (job)",
                    "min by (job) (x{a=\"1\",b=~\"u|v|w\"}) == 2 * y{a=\"1\"}"),
                Map.entry("no a=\"1\",", "min by (job, le) (x{b=~\"u|v|w\"}) == 2 * y{a=\"1\"}"),
                Map.entry("no ,b=~\"u|v|w\"", "min by (job, le) (x{a=\"1\"}) == 2 * y{a=\"1\"}"),
                Map.entry(
                    "\"u|v|w\" → \"v|w\"",
                    "min by (job, le) (x{a=\"1\",b=~\"v|w\"}) == 2 * y{a=\"1\"}"),
                Map.entry(
                    "\"u|v|w\" → \"u|w\"",
                    "min by (job, le) (x{a=\"1\",b=~\"u|w\"}) == 2 * y{a=\"1\"}"),
                Map.entry(
                    "\"u|v|w\" → \"u|v\"",
                    "min by (job, le) (x{a=\"1\",b=~\"u|v\"}) == 2 * y{a=\"1\"}"),
                Map.entry(
                    "== → !=", "min by (job, le) (x{a=\"1\",b=~\"u|v|w\"}) != 2 * y{a=\"1\"}"),
                Map.entry("2 → 4", "min by (job, le) (x{a=\"1\",b=~\"u|v|w\"}) == 4 * y{a=\"1\"}"),
                Map.entry("2 → 1", "min by (job, le) (x{a=\"1\",b=~\"u|v|w\"}) == 1 * y{a=\"1\"}"),
                Map.entry("no a=\"1\"", "min by (job, le) (x{a=\"1\",b=~\"u|v|w\"}) == 2 * y{}")));
  }

  @Test
  void theSecondOfAKindIsCountedAndNothingIsSomething() {
    assertThat(PromqlMutants.of("x == 0 and y == 0"))
        .containsEntry("0 → 1", "x == 1 and y == 0")
        .containsEntry("0 → 1 (2)", "x == 0 and y == 1")
        .containsEntry("no == 0", "x and y == 0")
        .containsEntry("no == 0 (2)", "x == 0 and y")
        .hasSize(8);
  }
}
