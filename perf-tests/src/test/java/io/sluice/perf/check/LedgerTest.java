package io.sluice.perf.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.perf.check.Violation.Fault;
import org.junit.jupiter.api.Test;

final class LedgerTest {
  private final Ledger ledger = new Ledger("c", 4);

  @Test
  void sequencesCountUpInEachChannelAndNothingIsAcknowledgedUnasked() {
    assertThat(ledger.begin(1)).isZero();
    assertThat(ledger.begin(1)).isEqualTo(1);
    assertThat(ledger.begin(3)).isZero();
    ledger.acknowledged(1, 0, 17);
    ledger.failed(3);

    assertThat(ledger.published()).containsExactly(0L, 2L, 0L, 1L);
    assertThat(ledger.acknowledged()).isEqualTo(1);
    assertThat(ledger.failed()).isEqualTo(1);
    assertThat(ledger.waiting()).isEqualTo(1);
  }

  @Test
  void howFarAChannelIsAcknowledgedIsItsHighestNumber() {
    assertThat(ledger.acknowledgedTo(1)).isZero();
    ledger.begin(1);
    ledger.begin(1);
    ledger.begin(1);
    ledger.acknowledged(1, 1, 17);
    ledger.acknowledged(1, 0, 16);

    assertThat(ledger.acknowledgedTo(1)).isEqualTo(2);
    assertThat(ledger.published(1)).isEqualTo(3);
    assertThat(ledger.acknowledgedTo(2)).isZero();
  }

  @Test
  void aGapOfWhatWasNeverAcknowledgedIsNoViolation() {
    publish(2, 3);
    ledger.begin(2); // 3: nobody knows

    assertThat(ledger.judge(gap(3, 3))).isEmpty();
    assertThat(ledger.judge(gap(2, 3))).isPresent();
  }

  @Test
  void aRepetitionIsAViolationWhateverBecameOfThePublish() {
    ledger.begin(2);
    Violation twice = new Violation(Fault.DUPLICATE, "p", "c2", 0, 0, "0@1 came again");

    assertThat(ledger.judge(twice)).isPresent();
  }

  @Test
  void aViolationShowsWhatWasPublishedAroundIt() {
    publish(2, 8);

    assertThat(ledger.judge(gap(3, 3)).map(Violation::text))
        .hasValue(
            "3 is missing; published were [0@100, 1@101, 2@102, 3@103, 4@104, 5@105, 6@106, 7@107]"
                + " of 8");
  }

  @Test
  void aLongGapIsShownByItsEnds() {
    publish(2, 100);

    assertThat(ledger.judge(gap(10, 90)).map(Violation::text))
        .hasValueSatisfying(
            text -> assertThat(text).contains("13@113, …, 86@186").doesNotContain("50@150"));
  }

  @Test
  void whatIsTooOldToBeRememberedCountsAsAcknowledged() {
    publish(2, 10 * Ledger.REMEMBERED);

    assertThat(ledger.judge(gap(0, 5))).isPresent();
  }

  @Test
  void whatIsNotKnownHidesNoAcknowledgedOneThatIsMissing() {
    publish(2, 3); // at 100, 101, 102
    ledger.begin(2); // 3 and 4: nobody knows
    ledger.begin(2);

    assertThat(ledger.judge(new Claim("someone", 2, 101, 5)).map(Violation::first)).hasValue(2L);
    assertThat(ledger.judge(new Claim("someone", 2, 102, 5))).isEmpty();
    assertThat(ledger.judge(new Claim("someone", 3, 0, 5))).isEmpty();
  }

  private void publish(int channel, int count) {
    for (int i = 0; i < count; i++) {
      long n = ledger.begin(channel);
      ledger.acknowledged(channel, n, 100 + n);
    }
  }

  private static Violation gap(long first, long last) {
    return new Violation(Fault.GAP, "p", "c2", first, last, first + " is missing");
  }
}
