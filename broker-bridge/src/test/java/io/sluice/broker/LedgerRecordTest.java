package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LedgerRecordTest {
  private static final Uuid TOPIC = Uuid.fromString("Ti0UPlTISTCB2gxo8FPY9g");

  private static final PartitionCounts COUNTS = PartitionCounts.seen(2).grownUnseen(4);

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void isReadAsItWasWritten() {
    LedgerRecord log =
        new LedgerRecord.Log(
            TOPIC,
            3,
            new LogEntry(1_500, 4, 0, Lineage.of(List.of(new Cut(2, 700), new Cut(4, 1_400)))));
    LedgerRecord counts = new LedgerRecord.Counts(TOPIC, COUNTS);
    assertThat(LedgerRecord.read(log.key(), log.value())).isEqualTo(log);
    assertThat(LedgerRecord.read(counts.key(), counts.value())).isEqualTo(counts);
  }

  /// What other versions of nodes read: never change it but by adding to it.
  @Test
  void theFormatStays() {
    LedgerRecord log =
        new LedgerRecord.Log(
            TOPIC, 3, new LogEntry(1_500, 4, 0, Lineage.of(List.of(new Cut(2, 700)))));
    assertThat(log.key()).asString().isEqualTo("log/Ti0UPlTISTCB2gxo8FPY9g/3");
    assertThat(log.value())
        .asString()
        .isEqualTo("{\"v\":1,\"next\":1500,\"leadership\":4,\"first\":0,\"cuts\":[[2,700]]}");
    LedgerRecord counts = new LedgerRecord.Counts(TOPIC, COUNTS);
    assertThat(counts.key()).asString().isEqualTo("topic/Ti0UPlTISTCB2gxo8FPY9g");
    assertThat(counts.value()).asString().isEqualTo("{\"v\":1,\"counts\":[2,4],\"maybe\":[3]}");
  }

  @Test
  void aRevocationIsReadAsItWasWrittenWhateverItsUserIsCalled() {
    LedgerRecord revoked =
        new LedgerRecord.Revoked(
            new Revocation("a/b ü", Instant.ofEpochMilli(1_500), Instant.ofEpochMilli(2_500)));
    assertThat(revoked.key()).asString().isEqualTo("revoked/a/b ü");
    assertThat(revoked.value()).asString().isEqualTo("{\"v\":1,\"before\":1500,\"until\":2500}");
    assertThat(LedgerRecord.read(revoked.key(), revoked.value())).isEqualTo(revoked);
    LedgerRecord forgiven =
        new LedgerRecord.Revoked(
            new Revocation("a/b ü", Instant.ofEpochMilli(1), Instant.ofEpochMilli(2)).forgive());
    assertThat(LedgerRecord.read(forgiven.key(), forgiven.value())).isEqualTo(forgiven);
    LedgerRecord ended = new LedgerRecord.RevokedNoMore("a/b ü");
    assertThat(ended.key()).isEqualTo(revoked.key());
    assertThat(ended.value()).isNull();
    assertThat(LedgerRecord.read(ended.key(), null)).isEqualTo(ended);
  }

  @Test
  void whatALaterVersionAddsIsPassedOver() {
    assertThat(
            LedgerRecord.read(
                bytes("log/" + TOPIC + "/3"),
                bytes("{\"v\":2,\"next\":1,\"leadership\":0,\"cuts\":[],\"more\":{}}")))
        .isEqualTo(new LedgerRecord.Log(TOPIC, 3, new LogEntry(1, 0, 0, Lineage.WHOLE)));
    assertThat(LedgerRecord.read(bytes("later/me"), bytes("{}")))
        .isEqualTo(new LedgerRecord.Unknown());
    assertThat(LedgerRecord.read(bytes("log/" + TOPIC + "/3"), null))
        .isEqualTo(new LedgerRecord.Unknown());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          log/short/3                  | {}
          log/Ti0UPlTISTCB2gxo8FPY9g/x | {}
          log/Ti0UPlTISTCB2gxo8FPY9g/3 | {
          log/Ti0UPlTISTCB2gxo8FPY9g/3 | {"cuts":[[0,5]]}
          log/Ti0UPlTISTCB2gxo8FPY9g/3 | {"cuts":[[2]]}
          topic/Ti0UPlTISTCB2gxo8FPY9g | {"counts":[0]}
          revoked/                     | {"before":1,"until":2}
          revoked/ann                  | {"before":1}
          revoked/ann                  | {"before":1,"until":"x"}
          revoked/ann                  | {
          """)
  void whatIsNoRecordIsToldApart(String key, String value) {
    assertThat(LedgerRecord.read(bytes(key), bytes(value)))
        .isInstanceOf(LedgerRecord.Unreadable.class);
  }
}
