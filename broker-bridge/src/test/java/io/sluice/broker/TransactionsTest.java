package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/// Where a log ends while a transaction is open, for who waits for it and for who does not.
final class TransactionsTest {
  private final String topic = SharedKafka.freshTopic(1);

  private TopicBinding binding(Isolation isolation) {
    return new TopicBinding(
        ChannelName.DEFAULT,
        topic,
        KeyCodec.TEXT,
        Partitioner.MURMUR2,
        PayloadKind.JSON,
        Optional.empty(),
        Tombstones.SKIP,
        Mode.LOG,
        /* lastValue= */ false,
        isolation);
  }

  private Producer<byte[], byte[]> transactional() {
    Producer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                SharedKafka.kafka().bootstrapServers(),
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                topic),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
    return producer;
  }

  private ProducerRecord<byte[], byte[]> record(String value) {
    return new ProducerRecord<>(topic, bytes("a"), bytes(value));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static TailedPartition first(TestBridge bridge) {
    return bridge.bridge.partitions(ChannelName.DEFAULT).getFirst();
  }

  /// After two looks of one's own.
  private static long heldBack(TestBridge bridge) throws Exception {
    List<TailedPartition> partitions = bridge.bridge.partitions(ChannelName.DEFAULT);
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", SharedKafka.kafka().bootstrapServers()))) {
      LogBounds bounds = new LogBounds(() -> admin, new BridgeMetrics(new SimpleMeterRegistry()));
      for (int looks = 0; looks < 2; looks++) {
        bounds.learnEnds(partitions);
        // whoever asks later is answered later, by the one broker there is
        var _ =
            bounds
                .end(partitions.getFirst().topicPartition(), Isolation.READ_UNCOMMITTED)
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
      }
    }
    return partitions.getFirst().heldBack();
  }

  @Test
  void theLogEndsWhereTheFirstOpenTransactionBeginsOnlyForWhoWaitsForIt() throws Exception {
    SharedKafka.produce(List.of(record("1")));
    try (Producer<byte[], byte[]> producer = transactional();
        TestBridge before = TestBridge.open(binding(Isolation.READ_COMMITTED))) {
      producer.beginTransaction();
      var _ = producer.send(record("2"));
      producer.flush();
      SharedKafka.produce(List.of(record("3")));
      try (TestBridge waiting = TestBridge.open(binding(Isolation.READ_COMMITTED));
          TestBridge not = TestBridge.open(binding(Isolation.READ_UNCOMMITTED))) {
        // a node that starts meanwhile is ready: open() has seen it
        for (TestBridge each : List.of(before, waiting)) {
          assertThat(each.logEnd()).isEqualTo(1);
          assertThat(each.window().tail()).isEqualTo(1);
          assertThat(each.plan("a", 3)).isEqualTo(new PositionPlan.Ahead(3));
        }
        assertThat(not.logEnd()).isEqualTo(3);
        assertThat(not.since("a", 0)).containsExactly("1", "2", "3");

        assertThat(heldBack(before)).as("the record of the transaction, and 3").isEqualTo(2);
        assertThat(heldBack(not)).isZero();
        assertThat(heldBack(before)).as("looked at again").isEqualTo(2);
        assertThat(first(before).heldFor()).isPositive();
        assertThat(first(not).heldFor()).isZero();

        producer.abortTransaction();
        for (TestBridge each : List.of(before, waiting)) {
          each.awaitTail(4);
          assertThat(heldBack(each)).isZero();
          assertThat(first(each).heldFor()).isZero();
          assertThat(each.logEnd()).isEqualTo(4);
          assertThat(each.since("a", 0)).containsExactly("1", "3");
          assertThat(each.since("a", 1)).containsExactly("3");
          assertThat(each.plan("a", 4)).isEqualTo(new PositionPlan.NothingMissed(4));
        }
        assertThat(not.since("a", 0)).containsExactly("1", "2", "3");
      }
    }
  }
}
