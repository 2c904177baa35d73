package io.sluice.perf.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.perf.report.Curve;
import io.sluice.perf.report.Point;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a monitor reads, and how it keeps it.
final class MonitorPartsTest {
  @Test
  void aPageOfMetricsIsSummedOverItsLabels() {
    MetricsPage page =
        MetricsPage.read(
            """
            # HELP sluice_edge_connections Connections
            sluice_edge_connections 5.0
            sluice_edge_refusals_total{reason="user"} 2.0
            sluice_edge_refusals_total{reason="full",x="a b"} 3.0
            strange NaN
            """);
    assertThat(page.sum("sluice_edge_connections")).hasValue(5);
    assertThat(page.sum("sluice_edge_refusals_total")).hasValue(5);
    assertThat(page.sum("strange")).hasValue(0);
    assertThat(page.sum("sluice")).isEmpty();
  }

  @Test
  void partsOfTheHeapAreSummedByThemselves() {
    MetricsPage page =
        MetricsPage.read(
            """
            jvm_memory_max_bytes{area="heap",id="Eden"} -1.0
            jvm_memory_max_bytes{area="heap",id="Old"} 7.0
            jvm_memory_max_bytes{area="nonheap",id="Metaspace"} 5.0
            """);
    assertThat(page.ofHeap("jvm_memory_max_bytes")).isEqualTo(7);
    assertThat(page.sum("jvm_memory_max_bytes")).hasValue(11);
    assertThat(page.ofHeap("jvm_memory_used_bytes")).isNaN();
  }

  private static NodeSampler sampler(URI api, OptionalLong pid, HttpClient http) {
    return new NodeSampler(1, api, pid, http);
  }

  @Test
  void aNodeElsewhereThatDoesNotAnswerIsNotSeen() throws Exception {
    Measures measures = new Measures();
    Series series = new Series();
    try (HttpClient http = HttpClient.newHttpClient()) {
      NodeSampler there;
      try (FaultyNode node = new FaultyNode(FaultyNode.Fault.NONE)) {
        there = sampler(node.api(), OptionalLong.empty(), http);
        assertThat(there.sample(1, series, measures)).isTrue();
        assertThat(there.sample(2, series, measures)).isTrue();
        assertThat(measures.well(Measures.cpu(1))).isOne();
        assertThat(measures.well(Measures.memory(1))).isEqualTo(2);
      }
      assertThat(there.sample(3, series, measures)).isFalse();
      assertThat(measures.well(Measures.memory(1))).isEqualTo(2);
    }
  }

  @Test
  void whatTheProcessOfANodeTakesIsSeenAlsoWhenTheNodeIsTooBusyToAnswer() throws Exception {
    Measures measures = new Measures();
    Series series = new Series();
    OptionalLong pid = OptionalLong.of(ProcessHandle.current().pid());
    try (HttpClient http = HttpClient.newHttpClient()) {
      NodeSampler busy = sampler(URI.create("http://127.0.0.1:1"), pid, http);
      assertThat(busy.sample(1, series, measures)).isTrue();
      assertThat(busy.sample(2, series, measures)).isTrue();
    }
    assertThat(measures.well(Measures.cpu(1))).isOne();
    assertThat(measures.well(Measures.memory(1))).isEqualTo(2);
  }

  @Test
  void aFigureThatReachesBackBeforeTheRunCountsAllTheSame() {
    Measures measures = new Measures();
    measures.begin();
    measures.value(Measures.memory(1), 1e9);
    measures.value(Measures.memory(1), Double.NaN);
    assertThat(measures.well(Measures.memory(1))).isOne();
  }

  @Test
  void redisTellsNumbersAmongOtherThings() {
    assertThat(RedisSampler.read("# Memory\r\nused_memory:1048576\r\nrole:master\r\nload:1.5\r\n"))
        .containsEntry("used_memory", 1048576.0)
        .containsEntry("load", 1.5)
        .hasSize(2);
  }

  @Test
  void aLongRunKeepsAPictureOfAllOfIt() {
    Series series = new Series();
    for (int second = 0; second < 10_000; second++) {
      series.add("p", "", "x", second, second);
    }
    series.add("p", "", "x", 10_000, Double.NaN);
    Curve curve = series.curves().getFirst();
    assertThat(curve.points()).hasSizeBetween(1_000, 2_000);
    for (int i = 0; i < curve.points().size(); i++) {
      assertThat(curve.points().get(i).x()).isEqualTo(i * 8 + 7);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2_000, 2_001, 4_003, 14_400, 30_001})
  void noPeakOfALongRunIsLost(int seconds) {
    Series series = new Series();
    for (int second = 0; second < seconds; second++) {
      series.add("p", "", "x", second, second % 997 == 0 ? 500 + second : 1);
    }
    Curve curve = series.curves().getFirst();
    assertThat(curve.points()).hasSizeLessThanOrEqualTo(2_001);
    for (int peak = 0; peak < seconds; peak += 997) {
      assertThat(curve.points()).contains(new Point(peak, 500 + peak));
    }
    assertThat(curve.points()).isSortedAccordingTo(Comparator.comparingDouble(Point::x));
  }

  @Test
  void complaintsOfLogsAreCountedByKind(@TempDir Path folder) throws Exception {
    Files.writeString(
        folder.resolve("node-1.log"),
        """
        2026-11-27T06:37:03.445Z WARN  [loop-1] io.sluice.A slow clientId=0f0f0f0f-1 after 12 ms
        2026-11-27T06:37:04.445Z WARN  [loop-1] io.sluice.A slow clientId=0f0f0f0f-2 after 13 ms
        2026-11-27T06:37:05.445Z INFO  [loop-1] io.sluice.A fine
        2026-11-27T06:37:06.445Z ERROR [loop-2] io.sluice.B broken
        \tat somewhere
        """);
    Files.writeString(folder.resolve("other.txt"), "2026-11-27T06:37:03.445Z WARN not a log");
    assertThat(LogLine.complaints(folder))
        .extracting(LogLine::file, LogLine::times)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("node-1.log", 2),
            org.assertj.core.groups.Tuple.tuple("node-1.log", 1));
    assertThat(LogLine.complaints(folder))
        .extracting(line -> line.told(Instant.parse("2026-11-27T06:37:00Z")))
        .containsExactly(
            "node-1.log, 2 times, from second 3 to second 4:"
                + " WARN [loop-1] io.sluice.A slow clientId=0f0f0f0f-1 after 12 ms",
            "node-1.log, 1 times, from second 6 to second 6: ERROR [loop-2] io.sluice.B broken");
  }

  @Test
  void aLogWithoutDatesTellsNoSeconds(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("kafka.log"), "06:37:03.445 WARN slow\n");
    assertThat(LogLine.complaints(folder))
        .extracting(line -> line.told(Instant.EPOCH))
        .containsExactly("kafka.log, 1 times: WARN slow");
  }

  @Test
  void complaintsOfNodesAreObjects(@TempDir Path folder) throws Exception {
    String line =
        "{\"time\":\"2026-11-27T06:37:03.445Z\",\"level\":\"%s\",\"logger\":\"io.sluice.A\",\"thread\":\"loop-1\",\"message\":\"slow\",\"node\":\"n-1\",\"ms\":%d,\"error\":{\"class\":\"X\"}}\n";
    Files.writeString(
        folder.resolve("node-1.log"),
        line.formatted("WARN", 12)
            + line.formatted("WARN", 13)
            + line.formatted("INFO", 1)
            + "{\"time\":\"2026");
    assertThat(LogLine.complaints(folder))
        .containsExactly(
            new LogLine(
                "node-1.log",
                "WARN [loop-1] io.sluice.A slow ms=12",
                2,
                Instant.parse("2026-11-27T06:37:03.445Z"),
                Instant.parse("2026-11-27T06:37:03.445Z")));
  }
}
