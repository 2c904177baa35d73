package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.cluster.NodeCommand;
import io.sluice.gateway.cluster.Whose;
import io.sluice.session.SessionKey;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LatelyCommandedTest {
  private static final SessionKey TAB = new SessionKey("ann", "tab");
  private static final SessionKey OTHER = new SessionKey("ann", "other");
  private static final Whose ALL = Whose.all("ann");
  private static final Whose OF_TAB = new Whose("ann", "", "tab");
  private static final Whose OF_ONE = new Whose("ann", "client-1", "");

  private final LatelyCommanded commands = new LatelyCommanded();

  private void subscribe(Whose whose) {
    commands.told(new NodeCommand.Subscribe(whose, "news", Optional.empty()));
  }

  private void unsubscribe(Whose whose) {
    commands.told(new NodeCommand.Unsubscribe(whose, "news"));
  }

  private boolean took(SessionKey key) {
    return commands.took(key, "news");
  }

  @Test
  void aChannelIsTakenFromAllSessionsOfAUserOrFromOne() {
    assertThat(took(TAB)).isFalse();
    unsubscribe(OF_TAB);
    assertThat(took(TAB)).isTrue();
    assertThat(took(OTHER)).isFalse();
    assertThat(commands.took(TAB, "sport")).isFalse();
    assertThat(took(new SessionKey("bob", "tab"))).isFalse();
    unsubscribe(ALL);
    assertThat(took(OTHER)).isTrue();
  }

  @Test
  void whatWasSaidLastCounts() {
    unsubscribe(ALL);
    subscribe(OF_TAB);
    assertThat(took(TAB)).isFalse();
    assertThat(took(OTHER)).isTrue();
    unsubscribe(OF_TAB);
    subscribe(ALL);
    assertThat(took(TAB)).isFalse();
    assertThat(took(OTHER)).isFalse();
  }

  /// Nobody but its own node knows whose session that connection has.
  @Test
  void whatIsTakenFromOneConnectionIsNotTakenFromSessionsAndWhatOneIsGivenAnyMayHave() {
    unsubscribe(OF_ONE);
    assertThat(took(TAB)).isFalse();
    unsubscribe(OF_TAB);
    subscribe(OF_ONE);
    assertThat(took(TAB)).isFalse();
  }

  @Test
  void itIsBounded() {
    String user = "u".repeat(Whose.MAX_USER);
    for (int i = 0; i < 10_000; i++) {
      commands.told(new NodeCommand.Unsubscribe(new Whose(user, "", "tab"), "news-" + i));
    }
    int known = 0;
    for (int i = 0; i < 10_000; i++) {
      known += commands.took(new SessionKey(user, "tab"), "news-" + i) ? 1 : 0;
    }
    assertThat(known).isBetween(500, LatelyCommanded.MOST_BYTES / (2 * user.length()));
  }

  @Test
  void ofSessionsThatAreNamedTheLatestAreKnown() {
    for (int i = 0; i < 2 * LatelyCommanded.MOST_SESSIONS; i++) {
      unsubscribe(new Whose("ann", "", "tab-" + i));
    }
    assertThat(took(new SessionKey("ann", "tab-0"))).isFalse();
    assertThat(took(new SessionKey("ann", "tab-300"))).isTrue();
  }

  @Test
  void whatIsGivenToOthersMakesNobodyForget() {
    unsubscribe(ALL);
    for (int i = 0; i < 20_000; i++) {
      subscribe(Whose.all("user-" + i));
    }
    assertThat(took(TAB)).isTrue();
  }
}
