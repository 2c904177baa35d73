package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.KeptHeaders;
import io.sluice.broker.Newest;
import io.sluice.broker.PayloadKind;
import io.sluice.broker.PositionPlan;
import io.sluice.broker.PositionPlan.Reason;
import io.sluice.broker.Publication;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What may be called recovered where only newest values count.
final class NewestVerdictTest {
  private static final Publication PUBLICATION =
      new Publication(
          "k", 10, 0, PayloadKind.JSON, Optional.of(new byte[] {'1'}), KeptHeaders.NONE);
  private static final Newest VALUE = new Newest.Value(PUBLICATION);
  private static final Newest NONE = new Newest.None(20);
  private static final Newest UNKNOWN = new Newest.Unknown(Optional.empty(), 20);
  private static final Newest EARLY = new Newest.Unknown(Optional.of(PUBLICATION), Long.MAX_VALUE);

  private static NewestVerdict at(long offset) {
    return NewestVerdict.of(offset, new PositionPlan.FromWindow(offset), Optional.empty());
  }

  private static NewestVerdict elsewhere(long offset) {
    return NewestVerdict.of(offset, new PositionPlan.Unrecoverable(Reason.EPOCH), Optional.empty());
  }

  private static NewestVerdict ahead(long offset, long logEnd) {
    return NewestVerdict.of(offset, new PositionPlan.Ahead(offset), Optional.of(logEnd));
  }

  @Test
  void anyPositionOfThisLogIsGoodHoweverOld() {
    for (PositionPlan plan :
        new PositionPlan[] {
          new PositionPlan.NothingMissed(7),
          new PositionPlan.FromKafka(7),
          new PositionPlan.Unrecoverable(Reason.BELOW_WINDOW),
          new PositionPlan.Unrecoverable(Reason.TOO_FAR)
        }) {
      assertThat(NewestVerdict.of(7, plan, Optional.empty()).has()).isEqualTo(7);
    }
    assertThat(elsewhere(7).has()).isZero();
  }

  @Test
  void aValueIsTheStateForWhoeverIsGivenItOrHasIt() {
    for (NewestVerdict verdict : new NewestVerdict[] {at(0), at(5), at(10), elsewhere(99)}) {
      assertThat(verdict.recovered(VALUE)).isTrue();
    }
    assertThat(at(5).metric(VALUE, true)).isEqualTo(RecoveryVerdict.NEWEST);
    assertThat(at(10).metric(VALUE, false)).isEqualTo(RecoveryVerdict.NOTHING_MISSED);
  }

  @Test
  void noValueIsTheStateOnlyForWhoHasNoneOrHasSeenThatThereIsNone() {
    assertThat(at(0).recovered(NONE)).isTrue();
    assertThat(elsewhere(0).recovered(NONE)).isTrue();
    assertThat(at(20).recovered(NONE)).isTrue();
    assertThat(at(19).recovered(NONE)).as("it may have been deleted since").isFalse();
    assertThat(elsewhere(19).recovered(new Newest.None(0))).isFalse();
    assertThat(at(19).metric(NONE, false)).isEqualTo(RecoveryVerdict.NO_VALUE);
  }

  @Test
  void whatIsNotKnownIsTheStateOnlyForWhomNothingWasWrittenSince() {
    assertThat(at(0).recovered(UNKNOWN)).isFalse();
    assertThat(at(19).recovered(UNKNOWN)).isFalse();
    assertThat(at(20).recovered(UNKNOWN)).isTrue();
    assertThat(elsewhere(20).recovered(UNKNOWN)).isFalse();
    assertThat(at(19).metric(UNKNOWN, false)).isEqualTo(RecoveryVerdict.NEWEST_UNKNOWN);
  }

  @Test
  void nothingIsTheStateBeforeTheLogWasReadToItsEnd() {
    assertThat(at(0).recovered(EARLY)).isFalse();
    assertThat(at(10).recovered(EARLY)).isFalse();
  }

  @Test
  void whoIsAheadOfThisNodeIsBelievedOnlyIfTheLogIsThatLong() {
    assertThat(ahead(30, 30).has()).isEqualTo(30);
    assertThat(ahead(30, 30).recovered(VALUE)).isTrue();
    assertThat(ahead(30, 30).recovered(NONE)).isTrue();
    assertThat(ahead(30, 29).has()).isZero();
    assertThat(ahead(30, 29).recovered(VALUE)).isFalse();
    assertThat(ahead(30, 29).metric(VALUE, true))
        .isEqualTo(RecoveryVerdict.unrecoverable(Reason.BEYOND_END));
  }
}
