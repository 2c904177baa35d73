package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/// What is decided of what Kafka says; `TruncationTest` asks real brokers.
final class StartCheckTest {
  private static final TopicPartition TP = new TopicPartition("t", 0);
  private static final Uuid TOPIC = Uuid.randomUuid();
  private static final int LED_BEFORE = 4;
  private static final int LEADS = 5;

  private final LedgerBook book = new LedgerBook();
  private final AtomicInteger listened = new AtomicInteger();
  private boolean othersAlive;

  /// Where the earlier leadership's records, or older ones, end in the log now.
  private EndOfLeadership kept = new EndOfLeadership(1_000, LED_BEFORE);

  private void check() {
    StartCheck check =
        new StartCheck(
            book,
            this::consumer,
            () -> {
              listened.incrementAndGet();
              return othersAlive;
            },
            new BridgeMetrics(new SimpleMeterRegistry()));
    check.check(
        Map.of(
            TP,
            new StartCheck.Log(TopicBinding.of("default", "t"), TOPIC, new LogEnd(1_800, LEADS))));
  }

  private Consumer<byte[], byte[]> consumer() {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    consumer.schedulePollTask(() ->
        consumer.setPollException(
            new LogTruncationException(
                Map.of(TP, Long.MAX_VALUE >> 1),
                Map.of(
                    TP,
                    new OffsetAndMetadata(kept.offset(), Optional.of(kept.leadership()), "")))));
    return consumer;
  }

  private void wasReadTo(long next, long first) {
    book.found(TOPIC, 0, new LogEntry(next, LED_BEFORE, first, Lineage.WHOLE));
  }

  private long goodUpTo() {
    return book.lineage(TOPIC, 0).firstCutSince(0);
  }

  @Test
  void aLogThatEndsBelowWhatWasReadWasTruncatedWhoeverWatched() {
    wasReadTo(1_500, 0);
    othersAlive = true;
    check();
    assertThat(goodUpTo()).isEqualTo(1_000);
    assertThat(book.log(TOPIC, 0).orElseThrow().leadership()).isEqualTo(LEADS);
  }

  @Test
  void whatOthersWatchIsNotCutForALeaderThatChanged() {
    wasReadTo(900, 0);
    othersAlive = true;
    check();
    assertThat(book.lineage(TOPIC, 0)).isEqualTo(Lineage.WHOLE);
  }

  @Test
  void whatNobodyWatchedIsCutWhereTheNewLeadersRecordsBegin() {
    wasReadTo(900, 0);
    check();
    assertThat(goodUpTo()).isEqualTo(1_000);
  }

  /// The leadership under which it was read is gone, and the one before is longer in this log.
  @Test
  void aLeadershipThatTheLogDoesNotHaveIsCutFromItsBeginning() {
    wasReadTo(870, 850);
    kept = new EndOfLeadership(900, LED_BEFORE - 1);
    othersAlive = true;
    check();
    assertThat(goodUpTo()).isEqualTo(850);
  }

  @Test
  void theSecondNodeThatStartsDoesNotCutAgain() {
    wasReadTo(900, 0);
    check();
    Lineage first = book.lineage(TOPIC, 0);
    check();
    assertThat(book.lineage(TOPIC, 0)).isEqualTo(first);
    assertThat(listened).hasValue(1);
  }

  @Test
  void aLogWithTheSameLeaderIsWhole() {
    book.found(TOPIC, 0, new LogEntry(1_500, LEADS, 0, Lineage.WHOLE));
    check();
    assertThat(book.lineage(TOPIC, 0)).isEqualTo(Lineage.WHOLE);
    assertThat(listened).hasValue(0);
  }

  /// It is noted where its leadership begins, for the next time.
  @Test
  void aLogThatNobodyHasReadIsNoted() {
    kept = new EndOfLeadership(700, LED_BEFORE);
    check();
    assertThat(book.log(TOPIC, 0)).contains(new LogEntry(1_800, LEADS, 700, Lineage.WHOLE));
    assertThat(Set.copyOf(book.unwritten())).hasSize(1);
  }
}
