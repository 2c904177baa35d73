package io.sluice.perf.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.perf.report.Curve;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
      assertThat(curve.points().get(i).x()).isEqualTo(i * 8);
    }
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
    assertThat(List.copyOf(LogLine.complaints(folder)).getFirst().text())
        .isEqualTo("WARN [loop-1] io.sluice.A slow clientId=0f0f0f0f-1 after 12 ms");
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
        .containsExactly(new LogLine("node-1.log", "WARN [loop-1] io.sluice.A slow ms=12", 2));
  }
}
