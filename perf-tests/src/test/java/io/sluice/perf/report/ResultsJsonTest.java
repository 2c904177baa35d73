package io.sluice.perf.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ResultsJsonTest {
  private static final String GOOD =
      """
      {
        "run": {"started": "2026-11-25T19:52:40Z", "took": "PT41M3S", "command": "./sluice benchmark",
          "rounds": 3, "machine": {"cores": "2"}, "versions": {}, "flags": {}, "remarks": ["one"]},
        "rows": [{"scenario": "Idle", "variant": "", "contender": "Sluice",
          "metric": {"name": "memory", "unit": "KB", "better": "LOWER"}, "rounds": [1, 2.5],
          "note": ""}],
        "curves": [{"plot": "Memory", "xLabel": "n", "yLabel": "KB", "xScale": "LOG",
          "yScale": "LINEAR", "contender": "Sluice", "points": [{"x": 1, "y": 2}]}]
      }
      """;

  @Test
  void whatWasWrittenIsReadAgain() throws IOException {
    Results sample = SampleRun.results();

    Results again = Results.ofJson(sample.toJson());

    assertThat(again).isEqualTo(sample);
    assertThat(again.run().machine().keySet()).containsExactly("processor", "memory", "system");
    assertThat(again.toJson()).isEqualTo(sample.toJson());
  }

  @Test
  void aRunWithoutFiguresIsKeptToo() throws IOException {
    Results empty = new Results(SampleRun.results().run(), List.of(), List.of());

    assertThat(Results.ofJson(empty.toJson())).isEqualTo(empty);
  }

  @Test
  void keysAreTheNamesOfTheComponents() throws IOException {
    Results read = Results.ofJson(GOOD);

    assertThat(read.rows().getFirst().metric()).isEqualTo(new Metric("memory", "KB", Better.LOWER));
    assertThat(read.rows().getFirst().rounds()).containsExactly(1.0, 2.5);
    assertThat(read.curves().getFirst().points()).containsExactly(new Point(1, 2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"LOWER\" | \"FASTER\" | rows[0].metric.better is 'FASTER', which is none of [LOWER, HIGHER, NEITHER]",
        "[1, 2.5] | [1, \"x\"] | rows[0].rounds[1] is not a number but \"x\"",
        "[1, 2.5] | [] | rows[0]: 'Idle, -, Sluice, memory [KB]' has neither rounds nor a note why",
        "[1, 2.5] | 7 | rows[0].rounds is not a list but 7",
        "\"variant\": \"\", | `` | rows[0].variant is missing",
        "\"variant\" | \"varaint\" | rows[0] has an unknown key 'varaint'",
        "PT41M3S | 41 min | run.took: Text cannot be parsed to a Duration",
        "\"rounds\": 3 | \"rounds\": 2.5 | run.rounds is not a whole number but 2.5",
        "{\"cores\": \"2\"} | {\"cores\": 2} | run.machine.cores is not text but 2",
        "\"yScale\": \"LINEAR\" | \"yScale\": \"PERCENTILE\" | curves[0]: 'Memory': percentiles go to the right, not up",
        "{\"x\": 1, \"y\": 2} | [1, 2] | curves[0].points[0] is not an object but [1,2]"
      })
  void whatIsWrongIsNamed(String good, String bad, String message) {
    assertThat(GOOD).contains(good);

    assertThatThrownBy(() -> Results.ofJson(GOOD.replace(good, bad)))
        .isInstanceOf(IOException.class)
        .hasMessage(message);
  }

  @Test
  void whatIsNoJsonIsNamedWithItsLine() {
    assertThatThrownBy(() -> Results.ofJson(GOOD.replace("\"curves\":", "curves:")))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("not a results file: ")
        .hasMessageContaining("line: 7");
    assertThatThrownBy(() -> Results.ofJson(""))
        .hasMessage("the document is not an object but nothing");
    assertThatThrownBy(() -> Results.ofJson("[]"))
        .hasMessage("the document is not an object but []");
  }

  @Test
  void twoRowsAboutTheSameAreRefused() {
    Row row = Row.notYet("Idle", "", "Sluice", new Metric("memory", "KB", Better.LOWER));

    assertThatThrownBy(() -> new Results(SampleRun.results().run(), List.of(row, row), List.of()))
        .hasMessage("two rows are about 'Idle, -, Sluice, memory [KB]'");
  }

  @Test
  void curvesOfOnePlotHaveTheSameAxes() {
    Curve one = new Curve("P", "n", "KB", Scale.LOG, Scale.LINEAR, "Sluice", List.of());
    Curve other = new Curve("P", "n", "MB", Scale.LOG, Scale.LINEAR, "floor", List.of());

    assertThatThrownBy(() -> new Results(SampleRun.results().run(), List.of(), List.of(one, other)))
        .hasMessage("the curves of 'P' differ in labels or scales");
  }
}
