package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// What peers can make a node write.
final class PeerLogTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger("peer-log-test");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000);
  private final List<Runnable> waiting = new ArrayList<>();
  private final List<Duration> delays = new ArrayList<>();
  private final PeerLog log =
      new PeerLog(
          logger,
          now::get,
          delay -> {
            delays.add(delay);
            return waiting::add;
          });

  @BeforeEach
  void listen() {
    logger.setAdditive(false);
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(lines);
  }

  private List<String> written() {
    List<String> all = lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    lines.list.clear();
    return all;
  }

  @Test
  void whatAPeerHasChosenBeginsNoLineAndFillsNoPage() {
    log.info("refused reason={} n={}", "x\n2026 ERROR forged\u001b[0m", 5);
    log.info("refused reason={}", "y".repeat(8_000));
    assertThat(written())
        .containsExactly(
            "refused reason=x\\u000a2026 ERROR forged\\u001b[0m n=5",
            "refused reason=" + "y".repeat(PeerLog.LONGEST) + "…");
  }

  @Test
  void afterTenLinesAMinuteThereIsOneThatCountsTheRest() {
    for (int i = 0; i < 1_000; i++) {
      log.info("refused n={}", i);
      log.warn("another kind");
      now.addAndGet(Duration.ofMillis(1).toNanos());
    }
    assertThat(written())
        .hasSize(2 * PeerLog.LINES)
        .contains("refused n=0", "refused n=9")
        .doesNotContain("refused n=10");
    assertThat(delays).hasSize(2).allMatch(d -> d.compareTo(Duration.ofSeconds(59)) > 0);

    waiting.forEach(Runnable::run);
    assertThat(written())
        .containsExactlyInAnyOrder(
            "lines left out count=990 phrase=\"refused n={}\"",
            "lines left out count=990 phrase=\"another kind\"");
    log.info("refused n={}", 1_000);
    assertThat(written()).as("a new minute").containsExactly("refused n=1000");
  }

  @Test
  void fewLinesAreWrittenAsTheyCome() {
    for (int i = 0; i < 50; i++) {
      log.info("refused n={}", i);
      now.addAndGet(Duration.ofSeconds(7).toNanos());
    }
    assertThat(written()).hasSize(50);
    assertThat(waiting).isEmpty();
  }
}
