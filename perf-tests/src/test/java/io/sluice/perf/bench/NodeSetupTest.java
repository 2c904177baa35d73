package io.sluice.perf.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class NodeSetupTest {
  private static final List<String> FLAGS =
      List.of("-Xmx2g", "-XX:+UseG1GC", "-XX:+ExitOnOutOfMemoryError");

  @Test
  void aNodeHasOneCollector() {
    NodeSetup own = NodeSetup.collectors(List.of(" -XX:+UseSerialGC  -Xmn64m ")).getLast();

    assertThat(own.over(FLAGS))
        .containsExactly(
            "-Xmx2g",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:+UseCompactObjectHeaders",
            "-Xms1g",
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "-Xmn64m");
  }

  @Test
  void whoNamesNoCollectorKeepsTheUsualOne() {
    NodeSetup own = NodeSetup.collectors(List.of("-XX:MaxGCPauseMillis=20")).getLast();

    assertThat(own.over(FLAGS)).contains("-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20");
    assertThat(NodeSetup.USUAL.over(FLAGS)).isEqualTo(FLAGS);
  }
}
