package io.sluice.perf.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.perf.chaos.KafkaLog.Entry;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class KafkaLogTest {
  private static final TopicPartition PARTITION = new TopicPartition(Cluster.TOPIC, 0);

  @Test
  void onlyWhatIsBehindTheRoundsBeginningIsRead() throws IOException {
    try (MockConsumer<String, String> kafka = new MockConsumer<>("earliest")) {
      kafka.updateBeginningOffsets(Map.of(PARTITION, 0L));
      kafka.updateEndOffsets(Map.of(PARTITION, 4L));
      kafka.schedulePollTask(() -> {
        for (long offset = 0; offset < 4; offset++) {
          String key = offset == 2 ? "r1-0" : "r2-0";
          kafka.addRecord(
              new ConsumerRecord<>(Cluster.TOPIC, 0, offset, key, Payload.of(0, offset)));
        }
      });

      KafkaLog log = KafkaLog.read(kafka, new Channels("r2-", 1, 0), Map.of(PARTITION, 1L));

      assertThat(log.records()).containsExactly(List.of(new Entry(2, 1), new Entry(4, 3)));
      assertThat(log.end(0)).isEqualTo(4);
    }
  }
}
