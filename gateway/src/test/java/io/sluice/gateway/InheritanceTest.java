package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.NodeInfo;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class InheritanceTest {
  private final Deque<Runnable> later = new ArrayDeque<>();
  private final List<String> done = new ArrayList<>();
  private List<NodeInfo> live = List.of(info("me"));
  private String heir = "me";
  private final Inheritance inheritance =
      new Inheritance(_ -> heir.equals("me"), () -> live, later::add);

  private void died(String id) {
    inheritance.of(info(id), "sweep", (dead, _) -> done.add(dead.id()));
  }

  @Test
  void whoseDutyItIsDoesItOnce() {
    died("n1");
    assertThat(done).containsExactly("n1");
    assertThat(later).isEmpty();
  }

  /// Nobody knows yet that the one whose duty it is has died with it.
  @Test
  void ofTwoThatDiedTogetherNeitherIsLeftToTheOther() {
    heir = "n2";
    died("n1");
    assertThat(done).isEmpty();
    heir = "me";
    later.remove().run();
    assertThat(done).containsExactly("n1");
    assertThat(later).isEmpty();
  }

  @Test
  void anothersDutyIsLookedAtForAMinuteOnly() {
    heir = "n2";
    died("n1");
    for (int i = 1; i < Inheritance.LOOKS; i++) {
      later.remove().run();
    }
    assertThat(later).isEmpty();
    assertThat(done).isEmpty();
  }

  @Test
  void aNodeThatIsBackIsNotDead() {
    heir = "n2";
    died("n1");
    heir = "me";
    live = List.of(info("me"), info("n1"));
    later.remove().run();
    assertThat(done).isEmpty();
    assertThat(later).isEmpty();
  }

  private static NodeInfo info(String id) {
    return new NodeInfo(id, Instant.EPOCH, "ws://" + id, "http://" + id, "0.1.0");
  }
}
