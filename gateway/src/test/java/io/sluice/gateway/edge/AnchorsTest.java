package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.session.Served;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class AnchorsTest {
  private final TickWheel wheel = new TickWheel();

  @SuppressWarnings("NullAway") // the log is not asked here
  private final Anchors anchors = new Anchors(wheel, null, 10);

  private void pass(int seconds) {
    for (int i = 0; i < seconds * 1000 / TickWheel.TICK_MS; i++) {
      wheel.tick();
    }
  }

  @Test
  void whatNobodyCameBackToIsForgotten() {
    Served one = new Served("a", "e", 3, 5);
    Served other = new Served("b", "e", 4, 5);
    anchors.resume(List.of(one, other));
    pass(30);
    assertThat(anchors.untaken(Set.of("a"))).containsExactly(other);
    assertThat(anchors.isEmpty()).isFalse();

    pass(1);
    assertThat(anchors.untaken(Set.of())).isEmpty();
    assertThat(anchors.isEmpty()).isTrue();
  }
}
