package io.sluice.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RedriveJudgeTest {
  private static final int PARTITIONS = 12;
  private static final int DUE = Partitioner.MURMUR2.partition("k", PARTITIONS);
  private static final int OTHER = (DUE + 1) % PARTITIONS;

  @Test
  void goesWhereItsKeyBelongs() {
    assertThat(partition(judge(binding("", PayloadKind.JSON, Mode.LOG), OTHER, "k", "{}")))
        .isEqualTo(DUE);
  }

  @Test
  void whatLiesRightNowGoesToTheEndOfItsPartition() {
    assertThat(partition(judge(binding("", PayloadKind.JSON, Mode.LOG), DUE, "k", "{}")))
        .isEqualTo(DUE);
  }

  @Test
  void withoutAKeyItNeedsAChannelForSuchRecords() {
    assertThat(why(judge(binding("", PayloadKind.JSON, Mode.LOG), 2, null, "{}")))
        .startsWith("still no-key")
        .contains("namespaces.shop.keyless");
    assertThat(partition(judge(binding("all", PayloadKind.JSON, Mode.LOG), 2, null, "{}")))
        .isEqualTo(2);
  }

  @Test
  void whatIsNotOfTheNamespacesKindStays() {
    assertThat(why(judge(binding("", PayloadKind.JSON, Mode.LOG), OTHER, "k", "{")))
        .startsWith("still bad-payload")
        .contains("namespaces.shop.payload");
    assertThat(partition(judge(binding("", PayloadKind.TEXT, Mode.LOG), OTHER, "k", "{")))
        .isEqualTo(DUE);
    assertThat(why(judge(binding("", PayloadKind.JSON, Mode.LOG), OTHER, "", "{}")))
        .startsWith("still bad-key");
  }

  @Test
  void aNullValueIsPutBackToo() {
    assertThat(partition(judge(binding("", PayloadKind.JSON, Mode.LOG), OTHER, "k", null)))
        .isEqualTo(DUE);
  }

  @Test
  void anOldValueIsNotPutOverANewerOne() {
    assertThat(why(judge(binding("", PayloadKind.JSON, Mode.STATE), OTHER, "k", "{}")))
        .isEqualTo(
            "namespaces.shop.mode is state: an old value could take the place of a newer one");
  }

  private static int partition(RedriveVerdict verdict) {
    return ((RedriveVerdict.Again) verdict).partition();
  }

  private static String why(RedriveVerdict verdict) {
    return ((RedriveVerdict.Stays) verdict).why();
  }

  private static TopicBinding binding(String keyless, PayloadKind payload, Mode mode) {
    return new TopicBinding(
        "shop",
        "orders",
        KeyCodec.TEXT,
        Partitioner.MURMUR2,
        payload,
        keyless.isEmpty() ? Optional.empty() : Optional.of(keyless),
        Tombstones.SKIP,
        mode,
        false,
        Isolation.READ_COMMITTED);
  }

  private static RedriveVerdict judge(
      TopicBinding binding, int partition, @Nullable String key, @Nullable String value) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>("orders", partition, 7, utf8(key), utf8(value));
    DeadLetter letter = DeadLetter.of(binding, record, DeadLetterReason.MISPLACED, "");
    return RedriveJudge.judge(
        StoredLetter.read(new RecordPlace("orders", partition, 7), letter.recordValue())
            .orElseThrow(),
        new RedriveSource.Found(record, new RedriveSource.State(Uuid.randomUuid(), PARTITIONS)),
        binding,
        255);
  }

  private static byte @Nullable [] utf8(@Nullable String text) {
    return text == null ? null : text.getBytes(UTF_8);
  }
}
