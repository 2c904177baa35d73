package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.NodeInfo;
import io.sluice.broker.SessionEvent;
import io.sluice.session.ClosedSession;
import io.sluice.session.SessionInfo;
import io.sluice.session.SessionKey;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SessionsInGraceTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final SessionKey TAB = new SessionKey("ann", "tab");

  private final SessionsInGrace sessions = new SessionsInGrace();

  @Test
  void whatWasClosedAndNotOpenedAgainIsInGrace() {
    sessions.see(new SessionEvent.Connected(ann("n1", 1), at(0)));
    assertThat(sessions.closedSince(START)).isEmpty();
    sessions.see(new SessionEvent.Disconnected(ann("n1", 1), at(5), life(0)));
    assertThat(sessions.closedSince(START)).containsExactly(closed("n1", 1, 0, 5));
    assertThat(sessions.closedSince(at(5))).isEmpty();
    sessions.see(new SessionEvent.Resumed(ann("n2", 2), at(6)));

    assertThat(sessions.closedSince(START)).isEmpty();
  }

  /// Its connections may be on two nodes, whose events come as they like.
  @Test
  void theLatestGenerationCounts() {
    sessions.see(new SessionEvent.Resumed(ann("n2", 2), at(6)));
    sessions.see(new SessionEvent.TakenOver(ann("n1", 1), at(7), life(0)));
    sessions.see(new SessionEvent.Disconnected(ann("n1", 1), at(7), life(0)));
    assertThat(sessions.closedSince(START)).isEmpty();
    sessions.see(new SessionEvent.Disconnected(ann("n2", 2), at(8), life(6)));
    sessions.see(new SessionEvent.Connected(ann("n1", 1), at(0)));

    assertThat(sessions.closedSince(START)).containsExactly(closed("n2", 2, 6, 8));
  }

  @Test
  void anEndWithoutItsBeginningSaysEnough() {
    sessions.see(new SessionEvent.Disconnected(ann("n1", 1), at(5), life(-9)));
    assertThat(sessions.closedSince(START)).containsExactly(closed("n1", 1, -9, 5));
  }

  @Test
  void whoeverLostItsSessionToAnotherLeavesNothing() {
    sessions.see(new SessionEvent.TakenOver(ann("n1", 1), at(5), life(0)));
    assertThat(sessions.closedSince(START)).isEmpty();
  }

  @Test
  void whatALostNodeHeldIsInGraceSinceItWasLost() {
    sessions.see(new SessionEvent.NodeLost(new NodeInfo("n1", START, "", "", ""), at(9)));
    sessions.see(new SessionEvent.Connected(ann("n1", 1), at(1)));
    assertThat(sessions.closedSince(START)).containsExactly(closed("n1", 1, 1, 9));
    sessions.see(new SessionEvent.Connected(ann("n1", 2), at(10))); // of the same id, started anew

    assertThat(sessions.closedSince(START)).isEmpty();
  }

  @Test
  void whoHasNoSessionIsPassedOver() {
    SessionEvent.Who bob = new SessionEvent.Who("bob", "c", "n1", Optional.empty());
    sessions.see(new SessionEvent.Disconnected(bob, at(5), life(0)));
    sessions.see(
        new SessionEvent.Disconnected(who("bob", "s".repeat(65), "n1", 1), at(5), life(0)));

    assertThat(sessions.closedSince(START)).isEmpty();
    assertThat(sessions.passedOver()).isEqualTo(1);
  }

  private static ClosedSession closed(String node, long generation, int connected, int closed) {
    SessionInfo info = new SessionInfo(node, "c-" + generation, at(connected));
    return new ClosedSession(TAB, info, generation, at(closed));
  }

  private static SessionEvent.Who ann(String node, long generation) {
    return who("ann", "tab", node, generation);
  }

  private static SessionEvent.Who who(String user, String session, String node, long generation) {
    return new SessionEvent.Who(
        user, "c-" + generation, node, Optional.of(new SessionEvent.Hold(session, generation)));
  }

  private static SessionEvent.Life life(int connected) {
    return new SessionEvent.Life(0, "the client left", at(connected), 1, 2);
  }

  private static Instant at(int seconds) {
    return START.plusSeconds(seconds);
  }
}
