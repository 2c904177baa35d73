package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.NodeInfo;
import io.sluice.broker.NodeLoad;
import io.sluice.broker.NodeStatus;
import io.sluice.broker.NodeStatus.State;
import io.sluice.gateway.edge.DrainPace;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LeavingTest {
  private static NodeStatus node(String id, State state) {
    return new NodeStatus(
        new NodeInfo(id, Instant.EPOCH, "ws://n", "http://n", "1"), NodeLoad.NONE, state);
  }

  @Test
  void whoIsSilentStaysAndWhoLeavesTooSharesTheRest() {
    assertThat(
            Leaving.others(
                "a",
                List.of(
                    node("a", State.DRAINING),
                    node("b", State.LIVE),
                    node("c", State.STALE),
                    node("d", State.DRAINING))))
        .isEqualTo(new DrainPace.Others(2, 2));
    assertThat(Leaving.others("a", List.of(node("a", State.LIVE))))
        .isEqualTo(new DrainPace.Others(0, 1));
  }
}
