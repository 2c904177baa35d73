package io.sluice.perf.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.config.ConfigLoader;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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
  void everySettingIsOneOfANode() {
    Stream.of(
            NodeSetup.batching(),
            NodeSetup.io(),
            NodeSetup.windows(),
            NodeSetup.preWarming(),
            List.of(NodeSetup.open(), NodeSetup.ofTwo("one"), NeverReading.PATIENT))
        .flatMap(List::stream)
        .forEach(setup -> {
          StringBuilder yaml =
              new StringBuilder(
                  """
                  kafka.bootstrap-servers: localhost:9092
                  api.key: key
                  tokens.anonymous: true
                  """);
          setup.settings().forEach((key, value) -> yaml.append(key + ": " + value + "\n"));
          assertThat(ConfigLoader.parse(yaml.toString(), Map.of(), Map.of())).isNotNull();
        });
  }

  @Test
  void whoNamesNoCollectorKeepsTheUsualOne() {
    NodeSetup own = NodeSetup.collectors(List.of("-XX:MaxGCPauseMillis=20")).getLast();

    assertThat(own.over(FLAGS)).contains("-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20");
    assertThat(NodeSetup.USUAL.over(FLAGS)).isEqualTo(FLAGS);
  }
}
