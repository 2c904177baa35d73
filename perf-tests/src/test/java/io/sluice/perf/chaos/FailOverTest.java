package io.sluice.perf.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class FailOverTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @Test
  void theMomentIsThatOfTheQuestionAndNotOfItsAnswer() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    AtomicLong at = new AtomicLong();

    long moment =
        FailOver.await(
                () -> {
                  long begun = System.nanoTime();
                  if (asked.incrementAndGet() == 3) {
                    at.set(begun);
                    TimeUnit.MILLISECONDS.sleep(200); // the answer takes so long
                    return true;
                  }
                  return false;
                },
                LONG)
            .orElseThrow();

    assertThat(asked.get()).isEqualTo(3);
    assertThat(moment).isLessThanOrEqualTo(at.get());
  }

  @Test
  void thereIsNoMomentWithoutAFailOver() throws IOException {
    assertThat(FailOver.await(() -> false, Duration.ofMillis(100))).isEmpty();
  }
}
