package io.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.embedded.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a node makes of signals while it still starts, which may take minutes.
class SignalsAtStartTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /// What shells say of who ended by SIGTERM; by SIGHUP it would be 129.
  private static final int TERMINATED = 143;

  @TempDir Path folder;

  /// As of `systemctl reload`, for which it is not ready yet. It waits for a Kafka that is away.
  @Test
  void aHangupIsNoReasonToEnd() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("sluice.yaml"),
            """
            edge.port: 0
            api.port: 0
            api.key: a-key-that-nobody-guesses
            tokens.anonymous: true
            kafka.bootstrap-servers: 127.0.0.1:%d
            """
                .formatted(FreePorts.next()));
    try (Child node = Child.java(Main.class, Map.of(), "gateway", "--config", file.toString())) {
      node.awaitErr(line -> line.contains("edge.port"));
      signal(node, "HUP");
      signal(node, "TERM");
      assertThat(node.awaitExit(LIMIT)).as(node.err().toString()).isEqualTo(TERMINATED);
    }
  }

  private static void signal(Child node, String name) throws IOException, InterruptedException {
    String pid = Long.toString(node.process().pid());
    assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
  }
}
