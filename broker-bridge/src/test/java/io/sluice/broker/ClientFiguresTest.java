package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/// Against a real Kafka: the names are its clients'.
final class ClientFiguresTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final KafkaClients clients = new KafkaClients(SharedKafka.settings(), "n1");
  private final String topic = SharedKafka.freshTopic(1);

  private double value(String name, String client) {
    return registry.get("sluice.kafka.client." + name).tag("client", client).gauge().value();
  }

  @Test
  void rowsAreThereBeforeAnyClientIs() {
    clients.figures().bindTo(registry);
    assertThat(registry.getMeters()).hasSizeBetween(40, 60);
    assertThat(registry.getMeters())
        .allSatisfy(meter -> assertThat(meter.getId().getDescription()).isNotBlank())
        .allSatisfy(meter -> assertThat(((Gauge) meter).value()).isZero());
  }

  @Test
  void whatClientsMeasureIsShownByWhatTheyDoForAsLongAsTheyAreThere() {
    clients.figures().bindTo(registry);
    try (RenewingProducer producer =
            clients.producer(
                "chores",
                clients.properties().chores(),
                new BridgeMetrics(new SimpleMeterRegistry()),
                () -> {});
        Consumer<byte[], byte[]> consumer = clients.lasting("ledger", Isolation.READ_UNCOMMITTED)) {
      consumer.assign(List.of(new TopicPartition(topic, 0)));
      consumer.seek(new TopicPartition(topic, 0), 0);
      await()
          .untilAsserted(() -> {
            producer.send(new ProducerRecord<>(topic, 0, new byte[1], new byte[100]), _ -> {});
            consumer.poll(Duration.ofMillis(50));
            for (String client : List.of("chores", "ledger")) {
              assertThat(value("connections", client)).isPositive();
              assertThat(value("incoming.bytes.per.second", client)).isPositive();
              assertThat(value("outgoing.bytes.per.second", client)).isPositive();
              assertThat(value("requests.per.second", client)).isPositive();
              assertThat(value("latency.seconds", client)).isBetween(0.000_1, 5.0);
              assertThat(value("latency.max.seconds", client)).isBetween(0.000_1, 5.0);
            }
          });
      assertThat(value("connections", "publisher")).isZero();

      producer.setBack(Duration.ofSeconds(2)); // another client does the same now
      producer.send(new ProducerRecord<>(topic, 0, new byte[1], new byte[1]), _ -> {});
      await().untilAsserted(() -> assertThat(value("connections", "chores")).isPositive());
    }
    assertThat(value("connections", "ledger")).isZero();
    assertThat(value("requests.per.second", "ledger")).isZero();
  }

  /// What is behind is counted by Kafka's own measure, too.
  @Test
  void howFarAConsumerIsBehindIsShown() {
    SharedKafka.produce(
        Collections.nCopies(20, new ProducerRecord<>(topic, 0, new byte[1], new byte[40_000])));
    KafkaSettings plain = SharedKafka.settings();
    KafkaClients small =
        new KafkaClients(
            new KafkaSettings(
                plain.bootstrapServers(),
                Map.of("max.poll.records", "1"),
                false,
                1,
                (short) -1,
                plain.controlTopic(),
                plain.deadLetterTopic(),
                plain.ledgerTopic(),
                plain.sessionsTopic(),
                255,
                ByteSize.mib(1)),
            "n1");
    small.figures().bindTo(registry);
    try (Consumer<byte[], byte[]> consumer = small.tailer(Isolation.READ_COMMITTED, 1)) {
      consumer.assign(List.of(new TopicPartition(topic, 0)));
      consumer.seek(new TopicPartition(topic, 0), 0);
      await()
          .untilAsserted(() -> {
            consumer.poll(Duration.ofMillis(50));
            assertThat(value("lag.max.records", "tailer")).isPositive();
          });
    }
  }
}
