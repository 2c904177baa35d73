package io.sluice.broker;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;

/// A consumer that fails once when the machine's clock was set back, so that whoever reads with it
/// makes another one and goes on where it was; see [SetBack].
final class ClockedConsumer extends KafkaConsumer<byte[], byte[]> {
  private final SetBack clock;

  ClockedConsumer(Map<String, Object> properties) {
    this(properties, new SetBack());
  }

  ClockedConsumer(Map<String, Object> properties, SetBack clock) {
    super(properties);
    this.clock = clock;
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    Duration back = clock.by();
    if (back.isPositive()) {
      throw new KafkaException(
          "this machine's clock was set back by %d ms: this client might not look for new leaders for so long, another one will"
              .formatted(back.toMillis()));
    }
    return super.poll(timeout);
  }
}
