package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.broker.NodeInfo;
import io.sluice.gateway.edge.Emulations.Taken;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Commands for a node that does not answer as it should.
final class OtherNodesTest {
  /// It is two seconds.
  private static final Duration LATEST = Duration.ofSeconds(8);

  @Test
  void aNodeThatAnswersWithHeadersOnlyIsGivenUpAndLeavesItsRoomToOthers() throws Exception {
    byte[] all = new byte[OtherNodes.MOST];
    try (NoBody peer = new NoBody();
        OtherNodes others =
            new OtherNodes(
                () -> List.of(new NodeInfo("n", Instant.EPOCH, "ws://n", peer.url(), "0.1.0")),
                () -> "key",
                all.length)) {
      CompletableFuture<Taken> first = others.take("n", "session", all).toCompletableFuture();
      assertThat(others.take("n", "session", all)).isCompletedWithValue(Taken.TOO_MANY);
      assertThat(first.get(LATEST.toMillis(), TimeUnit.MILLISECONDS)).isEqualTo(Taken.UNANSWERED);
      await().until(() -> peer.ended() == 1);

      CompletableFuture<Taken> second = others.take("n", "session", all).toCompletableFuture();
      assertThat(second.getNow(Taken.UNANSWERED)).as("there is room").isEqualTo(Taken.UNANSWERED);
    }
  }
}
