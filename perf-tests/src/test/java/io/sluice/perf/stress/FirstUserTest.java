package io.sluice.perf.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.perf.stress.FaultyNode.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is told before a run begins.
final class FirstUserTest {
  private static final String CHANNEL = "stress-probe";

  private static StressTarget target(FaultyNode node) {
    return new StressTarget(List.of(node.edge()), List.of(node.api()), "key", "", "", "");
  }

  @Test
  void aNodeWithPositionsRecoveryHistoryAndPresenceIsGoodEnough() throws Exception {
    try (FaultyNode node = new FaultyNode(Fault.NONE)) {
      FirstUser.demandLetIn(node.edge(), CHANNEL, target(node));
      FirstRequests.demandAnswers(target(node), CHANNEL);
      assertThat(target(node).version()).isEqualTo("9.9");
    }
  }

  @Test
  void aNamespaceWithoutPositionsIsToldInWords() {
    try (FaultyNode node = new FaultyNode(Fault.NO_POSITIONS)) {
      assertThatThrownBy(() -> FirstUser.demandLetIn(node.edge(), CHANNEL, target(node)))
          .hasMessage(
              node.edge()
                  + " does not let users in: its namespace has no positions and no recovery");
    }
  }

  @Test
  void aNamespaceWithoutHistoryIsToldWhereServicesAskForIt() {
    try (FaultyNode node = new FaultyNode(Fault.NO_HISTORY)) {
      assertThatThrownBy(() -> FirstRequests.demandAnswers(target(node), CHANNEL))
          .hasMessageStartingWith(node.api() + " does not answer history: 200 ")
          .hasMessageContaining("108");
    }
  }
}
