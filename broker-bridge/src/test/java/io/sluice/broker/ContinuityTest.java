package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

final class ContinuityTest {
  private static final TopicBinding BINDING = TopicBinding.of("default", "t");

  private final LedgerBook book = new LedgerBook();
  private final Lineages lineages =
      new Truncations(
          book,
          _ -> CompletableFuture.completedFuture(new LogEnd(0, 9)),
          Duration.ofSeconds(1),
          new BridgeMetrics(new SimpleMeterRegistry()));
  private final Window window =
      new Window(
          BINDING,
          new Epoch(Uuid.ZERO_UUID, 0, 1, 0),
          0,
          ByteSize.mib(1),
          (_, _, _, _, _, _) -> {});
  private final WindowWriter writer = window.takeOver();

  /// What comes from an offset on, each record under one of these leader epochs.
  private Continuity read(long from, int... leaderships) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int leadership : leaderships) {
      records.add(
          new ConsumerRecord<>(
              "t",
              0,
              from + records.size(),
              0,
              TimestampType.CREATE_TIME,
              0,
              0,
              new byte[0],
              new byte[0],
              new RecordHeaders(),
              Optional.of(leadership)));
    }
    return Continuity.of(
        window,
        records,
        new OffsetAndMetadata(
            from + records.size(), Optional.of(leaderships[leaderships.length - 1]), ""),
        lineages);
  }

  private void take(Continuity read, long next) {
    assertThat(read.cut()).isEmpty();
    assertThat(writer.publish(next, read.leaderships())).isTrue();
  }

  @Test
  void laterLeadershipsAreRememberedWithWhereTheyBegin() {
    take(read(0, 3, 3, 4, 4, 6), 5);
    Leaderships read = window.leaderships();
    assertThat(read.last()).isEqualTo(6);
    assertThat(read.firstAfter(3)).isEqualTo(2);
    assertThat(read.firstAfter(4)).isEqualTo(4);
    assertThat(read.firstAfter(6)).isEqualTo(Long.MAX_VALUE);
    assertThat(read.upTo(5).last()).isEqualTo(4);
  }

  /// Read under leadership 4 from 2 on; then the log goes on under 3, which was the longer one on
  /// the broker that leads now. Kafka's consumers are not told.
  @Test
  void aLeadershipThatGoesDownSaysThatTheLaterOnesRecordsAreGone() {
    take(read(0, 3, 3, 4, 4), 4);
    Continuity broken = read(4, 3, 5);
    assertThat(broken.cut()).contains(2L);
    assertThat(broken.leaderships().last()).isEqualTo(3);
  }

  @Test
  void itMayGoDownWithinWhatCameTogether() {
    assertThat(read(0, 3, 4, 4, 3).cut()).contains(1L);
  }

  /// This node had come to 2 when the log was cut at 3; another one had read to 8.
  @Test
  void aLaterLeadershipThatBeginsBelowWhatAnotherNodeReadIsATruncation() {
    take(read(0, 3, 3), 2);
    book.found(Uuid.ZERO_UUID, 0, new LogEntry(8, 3, 0, Lineage.WHOLE));
    assertThat(read(2, 3, 5).cut()).contains(3L);
  }

  @Test
  void aLaterLeadershipThatBeginsAboveIsNone() {
    take(read(0, 3, 3), 2);
    book.found(Uuid.ZERO_UUID, 0, new LogEntry(3, 3, 0, Lineage.WHOLE));
    take(read(2, 3, 5), 4);
    assertThat(window.leaderships().last()).isEqualTo(5);
  }

  @Test
  void moreLeadershipsThanAreRememberedKeepNoMore() {
    Leaderships read = Leaderships.NONE;
    for (int i = 0; i < Leaderships.MAX + 10; i++) {
      read = read.then(i, 10L * i);
    }
    assertThat(read.firstAfter(0)).isZero(); // not above where it began
    assertThat(read.firstAfter(Leaderships.MAX)).isEqualTo(10L * (Leaderships.MAX + 1));
  }
}
