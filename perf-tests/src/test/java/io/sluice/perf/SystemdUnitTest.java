package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.GatewayConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The unit that is shipped agrees with nodes' defaults. That systemd takes it: [ShippedTest].
final class SystemdUnitTest {
  private static final GatewayConfig DEFAULTS =
      ConfigLoader.parse(
          "{kafka.bootstrap-servers: 'kafka:9092', api.key: key, tokens.anonymous: true}",
          Map.of(),
          Map.of());

  /// What stands behind `name=`.
  private static List<String> values(String name) throws IOException {
    List<String> values = new ArrayList<>();
    for (String line : Files.readAllLines(Sluice.ROOT.resolve("deploy/systemd/sluice.service"))) {
      if (line.startsWith(name + "=")) {
        values.add(line.substring(name.length() + 1));
      }
    }
    return values;
  }

  @Test
  void aNodeIsGivenTheTimeThatItTakesToLeave() throws Exception {
    String leaving = Long.toString(DEFAULTS.drain().leaving().toSeconds());
    assertThat(values("TimeoutStopSec")).containsExactly(leaving);
  }

  @Test
  void aNodeMayHaveAsManyFilesAsConnections() throws Exception {
    assertThat(values("LimitNOFILE"))
        .singleElement()
        .satisfies(limit ->
            assertThat(Integer.parseInt(limit))
                .isGreaterThan(2 * DEFAULTS.edge().maxConnections()));
  }

  @Test
  void itRunsWhatTheArchiveHasAndMayNotRaiseItsRights() throws Exception {
    assertThat(values("ExecStart"))
        .containsExactly("/opt/sluice/bin/sluice gateway --config /etc/sluice/sluice.yaml");
    assertThat(Sluice.ROOT.resolve("deploy/distribution/bin/sluice")).isExecutable();
    assertThat(values("ExecReload")).containsExactly("/bin/kill -HUP $MAINPID");
    assertThat(values("SuccessExitStatus")).containsExactly("143");
    assertThat(values("NoNewPrivileges")).containsExactly("yes");
    assertThat(values("ProtectSystem")).containsExactly("strict");
    assertThat(values("CapabilityBoundingSet")).containsExactly("");
    assertThat(values("MemoryDenyWriteExecute")).isEmpty();
  }
}
