package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RendezvousTest {
  private static final List<String> NODES = List.of("a", "b", "c", "d");

  @Test
  void nobodyOwnsAnythingWhereThereAreNoNodes() {
    assertThat(Rendezvous.owner("orders/0", List.of())).isEmpty();
  }

  @Test
  void oneNodeOwnsEverything() {
    assertThat(Rendezvous.owner("orders/0", List.of("a"))).contains("a");
  }

  @Test
  void orderOfTheNodesDoesNotMatter() {
    List<String> shuffled = new ArrayList<>(NODES);
    for (int i = 0; i < 200; i++) {
      Collections.shuffle(shuffled, new Random(i));
      assertThat(Rendezvous.owner("orders/" + i, shuffled))
          .isEqualTo(Rendezvous.owner("orders/" + i, NODES));
    }
  }

  @Test
  void choresAreSpreadEvenly() {
    Map<String, Integer> share = new HashMap<>();
    for (int i = 0; i < 8_000; i++) {
      share.merge(Rendezvous.owner("orders/" + i, NODES).orElseThrow(), 1, Integer::sum);
    }
    assertThat(share).hasSize(4);
    assertThat(share.values()).allSatisfy(n -> assertThat(n).isBetween(1_800, 2_200));
  }

  @Test
  void choresOfTheOthersStayWhenANodeLeaves() {
    List<String> left = List.of("a", "b", "d");
    for (int i = 0; i < 1_000; i++) {
      String before = Rendezvous.owner("orders/" + i, NODES).orElseThrow();
      if (!before.equals("c")) {
        assertThat(Rendezvous.owner("orders/" + i, left)).contains(before);
      }
    }
  }

  /// Nodes of different versions must agree, so these may never change.
  @Test
  void hashIsWhatItHasAlwaysBeen() {
    List<String> owners = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      owners.add(Rendezvous.owner("orders/" + i, NODES).orElseThrow());
    }
    assertThat(owners).containsExactly("d", "b", "c", "b", "b", "a", "c", "c", "a", "b", "d", "d");
  }
}
