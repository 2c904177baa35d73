package io.sluice.broker;

import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;

/// Makes the Kafka clients of a node. Any thread may call.
final class KafkaClients {
  private final KafkaSettings kafka;
  private final ClientProperties properties;
  private final ClockWatch clock;
  private final ClientFigures figures = new ClientFigures();

  /// Of what is done soon.
  KafkaClients(KafkaSettings kafka, String nodeId) {
    this(kafka, nodeId, new ClockWatch());
  }

  /// @param clock tells clients that are there for long
  KafkaClients(KafkaSettings kafka, String nodeId, ClockWatch clock) {
    this.kafka = kafka;
    this.properties = new ClientProperties(kafka, nodeId);
    this.clock = clock;
  }

  ClientProperties properties() {
    return properties;
  }

  /// What those that are there for long measure.
  ClientFigures figures() {
    return figures;
  }

  /// A consumer with no assignment, for what is done soon.
  Consumer<byte[], byte[]> consumer(String role, Isolation isolation) {
    return new KafkaConsumer<>(properties.brief(role, isolation, kafka.fetchBytes()));
  }

  /// The same, which is there for long.
  Consumer<byte[], byte[]> lasting(String role, Isolation isolation) {
    return new ClockedConsumer(
        properties.consumer(role, isolation, kafka.fetchBytes()), clock, role, figures);
  }

  /// The same for a tailer of so many partitions.
  Consumer<byte[], byte[]> tailer(Isolation isolation, int partitions) {
    return new ClockedConsumer(
        properties.consumer("tailer", isolation, kafka.fetchBytes(), partitions),
        clock,
        "tailer",
        figures);
  }

  /// The same for a topic that is read now and then, for one reading.
  Consumer<byte[], byte[]> letters(Isolation isolation) {
    return new KafkaConsumer<>(properties.letters(isolation));
  }

  /// The same for a scan of this number.
  ClockedConsumer replay(int scan, Isolation isolation) {
    return new ClockedConsumer(properties.replay(scan, isolation), clock, "replay", figures);
  }

  /// A producer, the first of which is made at once: that is where bad properties show.
  ///
  /// @param letGo done before it throws
  /// @throws BridgeStartException when the properties are no producer's
  RenewingProducer producer(
      String role, Map<String, Object> properties, BridgeMetrics metrics, Runnable letGo) {
    try {
      RenewingProducer producer =
          new RenewingProducer(role, () -> new KafkaProducer<>(properties), metrics);
      clock.listen(producer);
      figures.add(producer, role, properties, producer::figures);
      return producer;
    } catch (KafkaException e) {
      letGo.run();
      throw badProperties(e);
    }
  }

  /// The node's topics, whose Admin client is made anew when the clock was set back.
  ///
  /// @throws BridgeStartException when the properties are no client's
  Topics topics(PublishSettings publish) {
    Topics topics = new Topics(kafka, publish, properties);
    clock.listen(_ -> topics.renew());
    figures.add(topics, "admin", properties.admin(Topics.START), () -> topics.admin().metrics());
    return topics;
  }

  /// The producer that puts records back; see [ClientProperties#redrive].
  Producer<byte[], byte[]> redrive() {
    return new KafkaProducer<>(properties.redrive());
  }

  static BridgeStartException badProperties(KafkaException e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return new BridgeStartException("kafka.properties: " + cause.getMessage(), e);
  }
}
