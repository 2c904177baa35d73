package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// `./sluice up --nodes 2`, and what clients of both nodes see while one of them dies.
@ExtendWith(Sluice.class)
final class TwoNodesTest {
  private static final String NAME = TwoNodesTest.class.getSimpleName();
  private static final int CHANNELS = 100;
  private static final int RECORDS = 10_000;
  private static final int CLIENTS_A_NODE = 2;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /// As fast as the producer can.
  private static final int UNPACED = Integer.MAX_VALUE;

  /// While a node dies.
  private static final int STEADY = 500;

  @Test
  void everyRecordReachesTheClientsOfBothNodesAlsoWhenOneNodeIsKilled(@TempDir Path data)
      throws Exception {
    List<String> channels = Audience.channels(CHANNELS);
    try (RunningUp up = RunningUp.start(NAME, RunningUp.Ports.free(2), 2, "--data=" + data);
        Audience audience = new Audience(up, channels);
        NumberedRecords records =
            new NumberedRecords(up.runFile().kafka(), "sluice.default", channels)) {
      URI staying = up.nodes().get(0).edge();
      URI dying = up.nodes().get(1).edge();
      List<CheckedClient> unaffected =
          audience.join("unaffected", CLIENTS_A_NODE, List.of(staying));
      List<CheckedClient> moving = audience.join("moving", CLIENTS_A_NODE, List.of(dying, staying));

      records.send(RECORDS, UNPACED);
      audience.assertAllReceived(records.published(), LIMIT);

      audience.forgetConnections();
      try (Flow flow = new Flow(records, STEADY)) {
        flow.await(CHANNELS);
        up.killNode(1);
        audience.await(moving, LIMIT, client -> client.isLiveOn(staying));
        assertThat(thereNow(up, channels.getFirst())).isEqualTo(2 * CLIENTS_A_NODE);
        flow.await(CHANNELS);
      }
      audience.assertAllReceived(records.published(), LIMIT);
      assertThat(unaffected).allMatch(CheckedClient::noticedNothing);
      assertThat(moving).allSatisfy(client -> assertThat(client.recovered()).isEqualTo(CHANNELS));
      up.stop();
    }
  }

  /// How many clients a channel has: those of the dead node are no ghosts.
  private static int thereNow(RunningUp up, String channel) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(up.nodes().getFirst().api().resolve("/api/presence_stats"))
            .header("X-API-Key", up.apiKey())
            .POST(BodyPublishers.ofString("{\"channel\":\"" + channel + "\"}"))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      String answer = http.send(request, BodyHandlers.ofString()).body();
      return new ObjectMapper().readTree(answer).path("result").path("num_clients").asInt();
    }
  }
}
