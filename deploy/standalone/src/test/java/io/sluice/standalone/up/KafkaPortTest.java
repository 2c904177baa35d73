package io.sluice.standalone.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.embedded.FreePorts;
import io.sluice.standalone.run.RunFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two `up` that begin in the same seconds look for the same port.
final class KafkaPortTest {
  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @TempDir private Path home;
  private final List<String> told = new ArrayList<>();
  private final List<ServerSocket> others = new ArrayList<>();

  /// What the other one does, at the worst moment.
  private void progress(String line) {
    told.add(line);
    try {
      if (line.equals("starting Kafka...")) {
        int port = Remembered.in(home).kafkaPort();
        others.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (line.startsWith("Kafka is at")) {
      throw new Enough();
    }
  }

  @Test
  void aPortThatIsTakenWhileKafkaStartsIsReplacedByAnother() throws Exception {
    UpOptions options = new UpOptions(1, FreePorts.next(), FreePorts.next(), null, null, home);
    RunFiles files = RunFiles.ofUser(Map.of("HOME", home.toString()));
    try (Up up = new Up(options, files, "never.Started", this::progress)) {
      assertThatThrownBy(() -> up.start(_ -> {})).isInstanceOf(Enough.class);
    }
    int taken = others.getFirst().getLocalPort();
    int port = Remembered.in(home).kafkaPort();
    assertThat(port).isNotEqualTo(taken);
    assertThat(told).last().isEqualTo("Kafka is at 127.0.0.1:" + port);
    others.getFirst().close();
  }
}
