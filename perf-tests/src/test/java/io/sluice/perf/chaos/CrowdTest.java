package io.sluice.perf.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// A client is cut at 10.
final class CrowdTest {
  private static boolean isResumed(Event... events) {
    History history = new History("someone");
    List.of(events).forEach(history::add);
    return Crowd.isResumed(history, 10);
  }

  private static Event session(long at, String outcome) {
    return new Event.Session(at, outcome);
  }

  @Test
  void whoIsToldSoAfterItWasCutIsResumed() {
    assertThat(isResumed(session(1, "new"), session(11, "resumed"))).isTrue();
    assertThat(isResumed(session(11, "resumed"), session(12, "resumed"))).isTrue();
  }

  @Test
  void whoIsToldThatItsSessionIsNewOrIsToldNothingIsNot() {
    assertThat(isResumed(session(1, "resumed"), session(11, "new"))).isFalse();
    assertThat(isResumed(session(11, "new"), session(12, "resumed"))).isFalse();
    assertThat(isResumed(session(1, "resumed"), new Event.Live(11))).isFalse();
  }
}
