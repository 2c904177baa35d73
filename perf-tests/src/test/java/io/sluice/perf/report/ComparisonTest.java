package io.sluice.perf.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ComparisonTest {
  private static final Metric CPU = new Metric("CPU", "µs", Better.LOWER);
  private static final Metric RATE = new Metric("rate", "/s", Better.HIGHER);
  private static final Metric COUNT = new Metric("count", "", Better.NEITHER);

  static Stream<Arguments> verdicts() {
    return Stream.of(
        Arguments.of("less of what should be low", CPU, List.of(100.0), List.of(70.0), "better"),
        Arguments.of("more of what should be low", CPU, List.of(100.0), List.of(130.0), "worse"),
        Arguments.of("less of what should be high", RATE, List.of(100.0), List.of(70.0), "worse"),
        Arguments.of("more of what should be high", RATE, List.of(100.0), List.of(130.0), "better"),
        Arguments.of("no way is better", COUNT, List.of(100.0), List.of(130.0), "different"),
        Arguments.of("20 % of single rounds are nothing", CPU, one(100.0), one(120.0), "same"),
        Arguments.of("a little more than 20 %", CPU, one(100.0), one(123.0), "worse"),
        Arguments.of("4 % are nothing", CPU, agreeing(100), agreeing(104.0), "same"),
        Arguments.of("a little more than 4 %", CPU, agreeing(100), agreeing(104.2), "worse"),
        Arguments.of(
            "within the old spread", CPU, List.of(95.0, 100.0, 105.0), agreeing(109), "same"),
        Arguments.of(
            "within the new spread", CPU, agreeing(100), List.of(102.0, 109.0, 113.0), "same"),
        Arguments.of(
            "the spreads just meet",
            CPU,
            List.of(95.0, 100.0, 105.0),
            List.of(114.0, 119.0, 124.0),
            "same"),
        Arguments.of(
            "beyond both spreads",
            CPU,
            List.of(99.0, 100.0, 103.0),
            List.of(88.0, 90.0, 91.0),
            "better"),
        Arguments.of("zero stays zero", CPU, List.of(0.0), List.of(0.0), "same"),
        Arguments.of("from zero", CPU, List.of(0.0), List.of(1.0), "worse"));
  }

  private static List<Double> one(double value) {
    return List.of(value);
  }

  /// Rounds.
  private static List<Double> agreeing(double value) {
    return List.of(value, value, value);
  }

  @ParameterizedTest(name = "{0}: {4}")
  @MethodSource("verdicts")
  void aDifferenceCountsWhenTheSpreadsDoNotMeet(
      String what, Metric metric, List<Double> old, List<Double> now, String verdict) {
    assertThat(new Change(row(metric, old), row(metric, now)).verdict())
        .as(what)
        .hasToString(verdict);
  }

  @Test
  void theTableShowsBothRunsAndWhatOnlyOneHas() {
    Results old =
        results(
            row(CPU, List.of(100.0, 101.0, 99.0)),
            row(RATE, List.of(50_000.0)),
            Row.notYet("S", "v", "floor", CPU),
            row(COUNT, List.of(3.0)));
    Results now =
        results(
            row(CPU, List.of(80.0, 82.0, 81.0)),
            row(RATE, List.of(50_500.0)),
            new Row("S", "v", "floor", CPU, List.of(60.0), ""),
            Row.notYet("S", "v", "floor", RATE));

    assertThat(Comparison.of(old, now))
        .isEqualTo(
            """
            old: 25 November 2026, 19:52 UTC, 3 rounds, took 41 min 3 s
            new: 25 November 2026, 19:52 UTC, 3 rounds, took 41 min 3 s

              scenario  variant  contender  metric         old     new  change %  verdict
              ---------------------------------------------------------------------------
              S         v        Sluice     CPU [µs]   100 ±2%  81 ±2%     -19.0  better
              S         v        Sluice     rate [/s]   50,000  50,500      +1.0  same
              S         v        floor      CPU [µs]      none      60         -  -

              1 better, 1 same, 1 without a figure

            only in the old results:
              S, v, Sluice, count: 3

            only in the new results:
              S, v, floor, rate [/s]: none
            """);
  }

  @Test
  void anotherMachineIsPointedOut() {
    RunInfo run = SampleRun.results().run();
    RunInfo elsewhere =
        new RunInfo(
            run.started(),
            run.took(),
            run.command(),
            run.rounds(),
            Map.of("processor", "64 cores", "memory", "8 GB"),
            run.versions(),
            run.flags(),
            run.remarks());

    assertThat(
            Comparison.of(
                new Results(run, List.of(), List.of()),
                new Results(elsewhere, List.of(), List.of())))
        .contains(
            "the machines differ: processor was 2 cores of AMD EPYC 7B13, is 64 cores\n",
            "the machines differ: system was Linux 6.1, Debian 12, is -\n",
            "No figure is in both.\n")
        .doesNotContain("memory was");
  }

  private static Results of(String command) {
    RunInfo run = SampleRun.results().run();
    RunInfo other =
        new RunInfo(
            run.started(),
            run.took(),
            command,
            run.rounds(),
            run.machine(),
            run.versions(),
            run.flags(),
            run.remarks());
    return new Results(other, List.of(), List.of());
  }

  @Test
  void anotherCommandIsPointedOutButNotWhatItWasComparedWith() {
    assertThat(Comparison.of(of("./sluice stress load --scale 0.1"), of("./sluice stress load")))
        .contains(
            "the commands differ: it was ./sluice stress load --scale 0.1, it is ./sluice stress load\n");
    assertThat(
            Comparison.of(
                of("./sluice bench --quick --compare 'a b.json'"),
                of("./sluice bench --compare=x.json --quick")))
        .doesNotContain("differ");
  }

  private static Results results(Row... rows) {
    return new Results(SampleRun.results().run(), List.of(rows), List.of());
  }

  private static Row row(Metric metric, List<Double> rounds) {
    return new Row("S", "v", "Sluice", metric, rounds, "");
  }
}
