package io.sluice.broker;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/// A consumer for long that fails when the machine's clock was set back, also out of a poll that is
/// under way, so that whoever reads with it makes another one and goes on where it was; see
/// [ClockWatch].
final class ClockedConsumer extends KafkaConsumer<byte[], byte[]> implements ClockWatch.Listener {
  private final ClockWatch clock;
  private final ClientFigures figures;
  private volatile @Nullable Duration back;

  /// @param role what it does, as [ClientFigures] shows it
  ClockedConsumer(
      Map<String, Object> properties, ClockWatch clock, String role, ClientFigures figures) {
    super(properties);
    this.clock = clock;
    this.figures = figures;
    clock.listen(this);
    figures.add(this, role, properties, this::metrics);
  }

  @Override
  public void setBack(Duration by) {
    back = by;
    wakeup();
  }

  /// Whether it is good for nothing any more.
  boolean isStale() {
    return back != null;
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    check();
    try {
      return super.poll(timeout);
    } catch (WakeupException e) {
      check();
      throw e;
    }
  }

  private void check() {
    Duration by = back;
    if (by != null) {
      throw new KafkaException(
          "this machine's clock was set back by %d ms: another client has to go on"
              .formatted(by.toMillis()));
    }
  }

  @Override
  public void close() {
    forget();
    super.close();
  }

  @Override
  public void close(CloseOptions options) {
    forget();
    super.close(options);
  }

  private void forget() {
    clock.forget(this);
    figures.remove(this);
  }
}
