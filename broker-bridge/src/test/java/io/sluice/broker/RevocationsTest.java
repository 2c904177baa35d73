package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RevocationsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final Instant LATER = NOW.plusSeconds(3_600);

  private final Revocations revocations = new Revocations();

  @Test
  void coversWhatWasIssuedBeforeUntilItEnds() {
    read(new Revocation("ann", NOW, LATER));
    assertThat(covers("ann", NOW.minusMillis(1), NOW)).isTrue();
    assertThat(covers("ann", NOW, NOW)).isFalse();
    assertThat(covers("bob", NOW.minusMillis(1), NOW)).isFalse();
    assertThat(covers("ann", NOW.minusMillis(1), LATER.minusMillis(1))).isTrue();
    assertThat(covers("ann", NOW.minusMillis(1), LATER)).isFalse();
    assertThat(revocations.covers("ann", Optional.empty(), NOW)).as("nobody knows when").isTrue();
  }

  @Test
  void ofSeveralTheLaterMomentsCountInWhateverOrderTheyAreRead() {
    Revocation wide = new Revocation("ann", NOW.minusSeconds(9), LATER.plusSeconds(9));
    Revocation late = new Revocation("ann", NOW, LATER);
    Revocation both = new Revocation("ann", NOW, LATER.plusSeconds(9));
    assertThat(read(wide)).isEqualTo(wide);
    assertThat(revocations.unwritten()).isEmpty();
    assertThat(read(late)).isEqualTo(both);
    assertThat(revocations.unwritten()).containsExactly(new LedgerRecord.Revoked(both));
    read(both);
    assertThat(revocations.unwritten()).isEmpty();

    Revocations other = new Revocations();
    other.read(late, NOW);
    assertThat(other.read(wide, NOW)).isEqualTo(both);
  }

  @Test
  void whatIsForgivenHasNoEffectUntilThereIsALaterOne() {
    Revocation known = new Revocation("ann", NOW, LATER);
    Revocation forgiven = known.forgive();
    read(known);
    assertThat(revocations.find("ann", NOW)).contains(known);
    read(forgiven);
    assertThat(covers("ann", NOW.minusSeconds(1), NOW)).isFalse();
    assertThat(revocations.find("ann", NOW)).isEmpty();
    read(known); // read late, in whatever order
    assertThat(covers("ann", NOW.minusSeconds(1), NOW)).isFalse();
    read(new Revocation("ann", NOW.plusSeconds(1), LATER));
    assertThat(covers("ann", NOW, NOW)).isTrue();
  }

  /// One node revokes and forgives, then another does that whose clock is behind.
  @Test
  void aRevocationAfterAForgivenOneHasEffectWhateverTheClocks() {
    Instant behind = NOW.minusSeconds(30);
    read(new Revocation("ann", NOW, LATER));
    read(revocations.find("ann", NOW).orElseThrow().forgive());
    Revocation again = revocations.above(new Revocation("ann", behind, LATER.minusSeconds(9)));
    read(again);
    assertThat(revocations.unwritten()).isEmpty();
    assertThat(again.until()).as("the later end").isEqualTo(LATER);
    assertThat(covers("ann", behind.minusSeconds(1), behind)).isTrue();
    assertThat(revocations.find("ann", behind)).contains(again);
    read(again.forgive());
    assertThat(covers("ann", behind.minusSeconds(1), behind)).isFalse();
    Revocation bob = new Revocation("bob", behind, LATER);
    assertThat(revocations.above(bob)).as("nothing is known").isEqualTo(bob);
  }

  @Test
  void whatHasEndedIsForgottenAMinuteLaterAndTakenBackUntilThatIsRead() {
    read(new Revocation("ann", NOW, LATER));
    assertThat(ended(LATER.plus(Revocations.SKEW))).isEmpty();
    Instant end = LATER.plus(Revocations.SKEW).plusMillis(1);
    assertThat(revocations.ended(end, _ -> false)).as("another's duty").isEmpty();
    assertThat(revocations.size()).isZero();
    assertThat(ended(end)).isEqualTo(List.of("ann"));
    assertThat(ended(end.plusSeconds(1))).as("the first was lost").isEqualTo(List.of("ann"));
    revocations.takenBack("ann", end);
    assertThat(ended(end.plusSeconds(2))).isEmpty();
  }

  /// As after a start: whoever should have taken it back died.
  @Test
  void whatHasEndedWhenItIsReadIsTakenBackAndNotKept() {
    Instant end = LATER.plus(Revocations.SKEW).plusMillis(1);
    revocations.read(new Revocation("ann", NOW, LATER), end);
    assertThat(revocations.size()).isZero();
    assertThat(ended(end)).isEqualTo(List.of("ann"));
    revocations.read(new Revocation("ann", end, end.plusSeconds(60)), end);
    assertThat(ended(end)).as("there is a new one").isEmpty();
    assertThat(revocations.find("ann", end)).isPresent();
  }

  /// A node whose clock is wrong takes it back, another writes it anew, and so on.
  @Test
  void whatIsWrittenAnewAfterItWasTakenBackIsNotTakenBackAgainAtOnce() {
    Revocation lasting = new Revocation("ann", NOW, LATER);
    Instant end = LATER.plus(Revocations.SKEW).plusMillis(1);
    read(lasting);
    assertThat(ended(end)).isEqualTo(List.of("ann"));
    revocations.takenBack("ann", end);
    revocations.read(lasting, end.plusSeconds(1));
    assertThat(ended(end.plusSeconds(1))).isEmpty();
    assertThat(ended(end.plus(EndedRevocations.CONTESTED).minusMillis(1))).isEmpty();
    assertThat(ended(end.plus(EndedRevocations.CONTESTED))).isEqualTo(List.of("ann"));
  }

  @Test
  void asManyAsHaveEndedLeaveTheLedgerRoundByRound() {
    int all = EndedRevocations.MAX + 5;
    for (int i = 0; i < all; i++) {
      read(new Revocation("u" + i, NOW, LATER));
    }
    Instant end = LATER.plus(Revocations.SKEW).plusMillis(1);
    Set<String> gone = new HashSet<>();
    for (int round = 0; round <= all / EndedRevocations.ROUND; round++) {
      for (String user : ended(end)) {
        revocations.takenBack(user, end);
        gone.add(user);
      }
    }
    assertThat(gone).hasSize(all);
    assertThat(ended(end)).isEmpty();
    assertThat(revocations.size()).isZero();
  }

  /// Its writer had not read yet that it was prolonged.
  @Test
  void oneThatIsTakenBackTooSoonIsWrittenOnceMore() {
    Revocation lasting = new Revocation("ann", NOW, LATER);
    read(lasting);
    revocations.takenBack("ann", NOW);
    assertThat(covers("ann", NOW.minusSeconds(1), NOW)).isTrue();
    assertThat(revocations.unwritten()).containsExactly(new LedgerRecord.Revoked(lasting));
    revocations.takenBack("ann", LATER);
    assertThat(revocations.size()).isZero();
    assertThat(revocations.unwritten()).isEmpty();
  }

  @Test
  void aLedgerThatLostItsRecordsGetsThemBack() {
    Revocation lasting = new Revocation("ann", NOW, LATER);
    read(lasting);
    revocations.rewrite();
    assertThat(revocations.unwritten()).containsExactly(new LedgerRecord.Revoked(lasting));
  }

  @Test
  void noMoreThanTheLimitAreAcceptedAndWhatSeveralNodesAcceptedAtOnceIsKept() {
    for (int i = 0; i < Revocations.MAX_USERS; i++) {
      read(new Revocation("u" + i, NOW, LATER));
    }
    assertThat(revocations.hasRoomFor("u0")).isTrue();
    assertThat(revocations.hasRoomFor("ann")).isFalse();
    read(new Revocation("ann", NOW, LATER));
    assertThat(covers("ann", NOW.minusSeconds(1), NOW)).isTrue();
    for (int i = 0; i < Revocations.MAX_KEPT; i++) {
      read(new Revocation("v" + i, NOW, LATER));
    }
    assertThat(revocations.size()).isEqualTo(Revocations.MAX_KEPT);
  }

  @Test
  void momentsAreBoundedAndInWholeMilliseconds() {
    Revocation extreme = new Revocation("ann", Instant.MIN, Instant.MAX);
    assertThat(extreme.issuedBefore()).isEqualTo(Instant.EPOCH);
    assertThat(extreme.until()).isEqualTo(Instant.parse("9999-12-31T23:59:59.999Z"));
    assertThat(new Revocation("ann", NOW.plusNanos(999_999), LATER).issuedBefore()).isEqualTo(NOW);
  }

  private boolean covers(String user, Instant issuedAt, Instant now) {
    return revocations.covers(user, Optional.of(issuedAt), now);
  }

  private Revocation read(Revocation revocation) {
    return revocations.read(revocation, NOW);
  }

  private List<String> ended(Instant now) {
    return revocations.ended(now, _ -> true);
  }
}
