package io.sluice.gateway.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.presence.Absences.Meaning;
import io.sluice.gateway.protocol.ClientInfo;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class AbsencesTest {
  private long now;
  private final Absences absences = new Absences(Duration.ofSeconds(5), () -> now);

  private String heard(Move.Kind kind, String client, long generation) {
    Meaning meaning =
        absences.heard(new Move(kind, "ch", new ClientInfo("ann", client, ""), "s", generation));
    String told =
        meaning.tell() == null ? "-" : meaning.tell().kind() + " " + meaning.tell().who().client();
    return meaning.shown() == null ? told : told + " as " + meaning.shown();
  }

  @Test
  void whoComesBackInTimeIsNotMentioned() {
    assertThat(heard(Move.Kind.JOIN, "c1", 1)).isEqualTo("JOIN c1");
    assertThat(heard(Move.Kind.AWAY, "c1", 1)).isEqualTo("-");
    assertThat(heard(Move.Kind.JOIN, "c2", 2)).isEqualTo("- as c1");
    // the node it came from had not heard of it
    assertThat(heard(Move.Kind.LEAVE, "c1", 1)).isEqualTo("-");
    // the node it came to had not heard what it is shown as
    assertThat(heard(Move.Kind.LEAVE, "c2", 2)).isEqualTo("LEAVE c1");
    assertThat(heard(Move.Kind.JOIN, "c3", 3)).isEqualTo("JOIN c3");
  }

  /// The node that a session left says so after the one that it went to.
  @Test
  void eachOfTwoPlacesIsLeftOnce() {
    heard(Move.Kind.JOIN, "c1", 1);
    assertThat(heard(Move.Kind.JOIN, "c2", 2)).isEqualTo("JOIN c2");
    assertThat(heard(Move.Kind.AWAY, "c1", 1)).isEqualTo("-");
    assertThat(heard(Move.Kind.LEAVE, "c2", 2)).isEqualTo("LEAVE c2");
    assertThat(heard(Move.Kind.LEAVE, "c1", 1)).isEqualTo("LEAVE c1");
  }

  @Test
  void whoGoesAwayTwiceIsStillTheSame() {
    heard(Move.Kind.AWAY, "c1", 1);
    assertThat(heard(Move.Kind.JOIN, "c2", 2)).isEqualTo("- as c1");
    assertThat(heard(Move.Kind.AWAY, "c2", 2)).isEqualTo("-");
    assertThat(heard(Move.Kind.JOIN, "c3", 3)).isEqualTo("- as c1");
  }

  @Test
  void whoDoesNotComeBackLeaves() {
    heard(Move.Kind.AWAY, "c1", 1);
    assertThat(heard(Move.Kind.LEAVE, "c1", 1)).isEqualTo("LEAVE c1");
    assertThat(heard(Move.Kind.JOIN, "c2", 2)).isEqualTo("JOIN c2");
  }

  @Test
  void aPlaceIsNotKeptForEver() {
    heard(Move.Kind.AWAY, "c1", 1);
    now += Duration.ofSeconds(16).toNanos();
    assertThat(heard(Move.Kind.JOIN, "c2", 2)).isEqualTo("JOIN c2");
  }

  @Test
  void withoutASessionEverythingIsTold() {
    ClientInfo ann = new ClientInfo("ann", "c1", "");
    for (Move.Kind kind : new Move.Kind[] {Move.Kind.JOIN, Move.Kind.LEAVE}) {
      assertThat(absences.heard(new Move(kind, "ch", ann, "", 0)).tell()).isNotNull();
    }
  }

  @Test
  void noMoreThanManyPlacesAreKept() {
    for (int n = 0; n <= Absences.MOST; n++) {
      absences.heard(new Move(Move.Kind.AWAY, "ch" + n, new ClientInfo("ann", "c1", ""), "s", 1));
    }
    ClientInfo again = new ClientInfo("ann", "c2", "");
    assertThat(absences.heard(new Move(Move.Kind.JOIN, "ch0", again, "s", 2)).tell()).isNotNull();
    assertThat(absences.heard(new Move(Move.Kind.JOIN, "ch1", again, "s", 2)).tell()).isNull();
  }
}
