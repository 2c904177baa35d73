package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// As [TwoNodesTest], for longer: ten times the records, and a node that is killed, comes back and
/// is killed again, three times over.
@Tag("full")
@ExtendWith(Sluice.class)
final class LongProofTest {
  private static final String NAME = LongProofTest.class.getSimpleName();
  private static final int CHANNELS = 100;
  private static final int RECORDS = 100_000;
  private static final int PER_SECOND = 1_500;
  private static final int CLIENTS_A_NODE = 2;
  private static final int RESTARTS = 3;

  /// Between one event and the next.
  private static final int SOME = 5_000;

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  @Timeout(240)
  void nothingIsLostHoweverOftenANodeIsKilledAndComesBack(@TempDir Path data) throws Exception {
    List<String> channels = Audience.channels(CHANNELS);
    try (RunningUp up = RunningUp.start(NAME, RunningUp.Ports.free(2), 2, "--data=" + data);
        Audience audience = new Audience(up, channels);
        NumberedRecords records =
            new NumberedRecords(up.runFile().kafka(), "sluice.default", channels)) {
      URI staying = up.nodes().get(0).edge();
      RunningUp.Node dying = up.nodes().get(1);
      List<CheckedClient> unaffected =
          audience.join("unaffected", CLIENTS_A_NODE, List.of(staying));
      List<CheckedClient> moving =
          audience.join("moving", CLIENTS_A_NODE, List.of(dying.edge(), staying));

      audience.forgetConnections();
      try (Flow flow = new Flow(records, PER_SECOND)) {
        flow.await(SOME);
        up.killNode(1);
        audience.await(moving, LIMIT, client -> client.isLiveOn(staying));
        for (int restart = 1; restart <= RESTARTS; restart++) {
          Path config = data.resolve("node-2.yaml");
          try (var _ = RunningGateway.start(NAME + "/gateway-" + restart, config, dying.api())) {
            moving.forEach(CheckedClient::cut);
            audience.await(moving, LIMIT, client -> client.isLiveOn(dying.edge()));
            flow.await(SOME);
          }
          audience.await(moving, LIMIT, client -> client.isLiveOn(staying));
          flow.await(SOME);
        }
        flow.awaitTotal(RECORDS);
      }
      audience.assertAllReceived(records.published(), LIMIT);
      assertThat(unaffected).allMatch(CheckedClient::noticedNothing);
      up.stop();
    }
  }
}
