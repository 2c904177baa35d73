package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.broker.Position;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// `./sluice up` as a process: what it prints, what it keeps, and how it ends.
@ExtendWith(Sluice.class)
final class UpTest {
  private static final String NAME = UpTest.class.getSimpleName();
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @Test
  void positionsTokenAndKeyOutliveARestartAndEverythingEndsWhenItIsKilled(@TempDir Path data)
      throws Exception {
    RunningUp.Ports ports = RunningUp.Ports.free(1);
    String token;
    String apiKey;
    Map<String, Position> positions;
    try (RunningUp up = RunningUp.start(NAME, ports, 1, "--data=" + data)) {
      token = up.token();
      apiKey = up.apiKey();
      assertThat(up.node().edge())
          .isEqualTo(URI.create("ws://127.0.0.1:" + ports.edge() + "/connection/websocket"));
      assertThat(up.node().api()).isEqualTo(URI.create("http://127.0.0.1:" + ports.api()));
      assertThat(up.rest())
          .containsExactly("  ./sluice subscribe news", "  ./sluice publish news '{\"n\":1}'");

      Seen seen = new Seen();
      try (ProtocolClient client = client(up, token, Map.of(), seen)) {
        seen.await("FRESH");
        up.sluice("publish", "news", "{\"n\":1}");
        seen.await("FRESH", "{\"n\":1}");
        positions = client.positions();
      }
      up.sluice("publish", "news", "{\"n\":2}");
      Seen end = new Seen();
      try (ProtocolClient _ = client(up, token, Map.of(), end)) {
        end.await("FRESH");
        up.stop();
        end.await("FRESH", "3001 shutdown");
      }
    }

    try (RunningUp up = RunningUp.start(NAME, ports, 1, "--data=" + data)) {
      assertThat(up.apiKey()).isEqualTo(apiKey);
      up.sluice("publish", "news", "{\"n\":3}");
      Seen seen = new Seen();
      try (ProtocolClient _ = client(up, token, positions, seen)) {
        seen.await("RECOVERED", "{\"n\":2}", "{\"n\":3}");
        up.kill();
      }
    }
  }

  private static ProtocolClient client(
      RunningUp up, String token, Map<String, Position> since, ClientEvents events) {
    List<URI> nodes = List.of(up.node().edge());
    var target = new ProtocolClient.Target(nodes, token, List.of("news")).since(since);
    return ProtocolClient.start("client", target, events);
  }

  /// What became of one subscription, in order.
  private static final class Seen implements ClientEvents {
    private final List<String> all = new CopyOnWriteArrayList<>();

    @Override
    public void subscribed(String channel, Recovery recovery, Position position) {
      all.add(recovery.name());
    }

    @Override
    public void received(String channel, Position position, JsonNode data) {
      all.add(data.toString());
    }

    @Override
    public void disconnected(URI node, String reason) {
      all.add(reason);
    }

    private void await(String... wanted) {
      Eventually.so(LIMIT, () -> all.equals(List.of(wanted)), all::toString);
    }
  }
}
