package io.sluice.gateway.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/// How often a phrase is written.
final class RepeatsTest {
  private final LogEvents log = new LogEvents();
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000);
  private final Repeats repeats = new Repeats(now::get);

  private int written(int times, IntConsumer line) {
    int written = 0;
    for (int i = 0; i < times; i++) {
      line.accept(i);
      written += repeats.mayBeWritten(log.last()) ? 1 : 0;
    }
    return written;
  }

  private void aMinuteGoesBy() {
    now.addAndGet(Repeats.WINDOW.toNanos());
  }

  @Test
  void ofAWarningTwentyAMinuteAreWrittenAndTheRestIsCounted() {
    assertThat(written(1_000, i -> log.ours().warn("slow n={}", i))).isEqualTo(Repeats.WARNINGS);
    assertThat(written(5, _ -> log.ours().warn("another"))).isEqualTo(5);
    assertThat(written(5, i -> log.logger("io.sluice.B").warn("slow n={}", i))).isEqualTo(5);
    assertThat(repeats.over()).isEmpty();
    aMinuteGoesBy();
    assertThat(repeats.over())
        .containsExactly(new Repeats.LeftOut(LogEvents.OURS, Level.WARN, "slow n={}", "", 980));
    assertThat(repeats.over()).isEmpty();
    assertThat(written(30, i -> log.ours().warn("slow n={}", i))).isEqualTo(Repeats.WARNINGS);
  }

  @Test
  void errorsAreWrittenMoreOftenAndAllElseAlways() {
    assertThat(written(1_000, _ -> log.ours().error("broken"))).isEqualTo(Repeats.ERRORS);
    assertThat(written(1_000, _ -> log.ours().info("fine"))).isEqualTo(1_000);
    assertThat(written(1_000, _ -> log.ours().debug("fine"))).isEqualTo(1_000);
  }

  @Test
  void whatIsMarkedIsToldApartByItsFirstArgument() {
    assertThat(
            written(1_000, i -> log.ours().info(AccessLog.SPARING, "seen status={} n={}", 503, i)))
        .isEqualTo(Repeats.MARKED);
    assertThat(written(100, i -> log.ours().info(AccessLog.SPARING, "seen status={} n={}", 0, i)))
        .isEqualTo(Repeats.MARKED);
    assertThat(written(10, i -> log.ours().info(AccessLog.SPARING, "seen status={} n={}", 404, i)))
        .isEqualTo(10);
    aMinuteGoesBy();
    assertThat(repeats.over())
        .as("and so is what was left out")
        .extracting(Repeats.LeftOut::detail, Repeats.LeftOut::count)
        .containsExactlyInAnyOrder(tuple(503, 940L), tuple(0, 40L));
  }

  @Test
  void fewLinesAreWrittenAsTheyCome() {
    assertThat(
            written(
                100,
                _ -> {
                  now.addAndGet(Duration.ofSeconds(4).toNanos());
                  log.ours().warn("slow");
                }))
        .isEqualTo(100);
  }

  /// As of a library that writes names into its phrases.
  @Test
  void phrasesBeyondTheLimitShareOne() {
    assertThat(written(Repeats.MOST, i -> log.logger(LogEvents.FOREIGN).warn("name " + i)))
        .isEqualTo(Repeats.MOST);
    assertThat(written(1_000, i -> log.logger(LogEvents.FOREIGN).warn("other " + i)))
        .isEqualTo(Repeats.WARNINGS);
    aMinuteGoesBy();
    assertThat(repeats.over()).extracting(Repeats.LeftOut::count).containsExactly(980L);
    assertThat(written(1, i -> log.logger(LogEvents.FOREIGN).warn("other " + i))).isEqualTo(1);
  }
}
