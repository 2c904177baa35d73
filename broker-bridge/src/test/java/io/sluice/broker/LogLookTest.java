package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.LogLook.Log;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/// How far back clients may go, and what hangs, by the offsets that Kafka tells.
class LogLookTest {
  private static final TopicBinding ORDERS = TopicBinding.of("shop", "orders");
  private static final ReplayLimits LIMITS = new ReplayLimits(1_000, ByteSize.kib(100));
  private static final TopicPartition PARTITION = new TopicPartition("orders", 3);

  @Test
  void theBusiestPartitionSaysForHowLongAClientMayBeAway() {
    Log quiet = new Log(0, 5_000, 5_000, 4_990);
    Log busy = new Log(0, 9_000, 9_000, 7_000); // 2,000 in 10 min, 1,000 may be read again
    Remark remark = horizon(10, quiet, busy);
    assertThat(remark)
        .isEqualTo(
            Remark.warning(
                "namespaces.shop: who is away for more than 5 min may have lost publications (1000 records of its partition)",
                "raise namespaces.shop.replay.max-scan: 1000"));
    assertThat(horizon(10, quiet).grade()).isEqualTo(Remark.Grade.OK);
  }

  @Test
  void largeRecordsAreBoundedByTheirBytes() {
    Remark remark = horizon(1_000, new Log(0, 9_000, 9_000, 8_000));
    assertThat(remark.said()).contains("(102 records of its partition)"); // 100 KiB
    assertThat(remark.fix()).isEqualTo("raise namespaces.shop.replay.max-bytes: 100KiB");
  }

  @Test
  void aLogThatHasLostItsBeginningIsShorter() {
    Remark remark = horizon(10, new Log(8_900, 9_000, 9_000, 8_900));
    assertThat(remark.said()).contains("more than 10 min", "(100 records of its partition)");
    assertThat(remark.grade()).isEqualTo(Remark.Grade.OK);
    Remark shorter = horizon(10, new Log(8_950, 9_000, 9_000, 8_900));
    assertThat(shorter.grade()).isEqualTo(Remark.Grade.WARNING);
    assertThat(shorter.fix()).isEqualTo("give topic 'orders' more retention");
  }

  @Test
  void whereNothingComesNobodyIsTooLate() {
    assertThat(horizon(10, new Log(0, 9_000, 9_000, -1)))
        .isEqualTo(
            Remark.ok(
                "namespaces.shop: 1000 records of a partition may have been missed; none came in the last 10 min"));
    assertThat(LogLook.horizon(ORDERS, ReplayLimits.OFF, List.of(new Log(0, 9, 9, 0)), 10).grade())
        .isEqualTo(Remark.Grade.OK);
  }

  @Test
  void aTransactionInWhichNothingIsWrittenIsNamedAndSoonAnError() {
    assertThat(LogLook.idle(PARTITION, 17, Duration.ofSeconds(59), "abort it")).isEmpty();
    assertThat(LogLook.idle(PARTITION, 17, Duration.ofMinutes(3), "abort it"))
        .contains(
            Remark.warning(
                "topic 'orders', partition 3: a transaction in which nothing was written for 3 min holds back 17 records from everybody",
                "end its producer, or abort it"));
    assertThat(
            LogLook.idle(PARTITION, 17, Duration.ofMinutes(16), "abort it").orElseThrow().grade())
        .isEqualTo(Remark.Grade.ERROR);
  }

  @Test
  void timesAreToldInTheUnitThatFits() {
    assertThat(
            List.of(
                LogLook.text(Duration.ofSeconds(119)),
                LogLook.text(Duration.ofMinutes(119)),
                LogLook.text(Duration.ofHours(47)),
                LogLook.text(Duration.ofDays(3))))
        .containsExactly("119 s", "119 min", "47 h", "3 d");
  }

  private static Remark horizon(long averageBytes, Log... logs) {
    return LogLook.horizon(ORDERS, LIMITS, List.of(logs), averageBytes);
  }
}
