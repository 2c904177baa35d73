package io.sluice.broker;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A producer that is replaced by a fresh one when it fails in a way it may not recover from
/// (fenced, its sequence lost, any error not known to be harmless): an idempotent producer in its
/// fatal state refuses everything for ever; and when the machine's clock was set back, see
/// [ClockWatch]. What the replaced one had under way ends with a [ReplacedException]. Any thread
/// may call any method; [#send] can block for `max.block.ms`, and for a second more after the
/// producer was replaced.
final class RenewingProducer implements AutoCloseable, ClockWatch.Listener {
  private static final Logger log = LoggerFactory.getLogger(RenewingProducer.class);

  /// Renewing costs connections and a producer id, so a lasting fault must not make it a habit.
  private static final Duration RENEWAL_APART = Duration.ofSeconds(1);

  private static final Duration LAST_SENDS = Duration.ofSeconds(1);

  private final String role;
  private final Supplier<Producer<byte[], byte[]>> producers;
  private final BridgeMetrics metrics;
  private final LongSupplier nanoClock;
  private volatile Producer<byte[], byte[]> current;
  private volatile boolean broken;
  private volatile boolean closed;
  private long renewedAt;

  /// Closes the one that was replaced last, which takes as long as that hangs.
  private volatile @Nullable Thread ending;

  /// Makes the first producer at once, so that bad properties are told at start.
  ///
  /// @param role for logs and metrics: `publisher`, `chores`
  RenewingProducer(
      String role, Supplier<Producer<byte[], byte[]>> producers, BridgeMetrics metrics) {
    this(role, producers, metrics, System::nanoTime);
  }

  RenewingProducer(
      String role,
      Supplier<Producer<byte[], byte[]>> producers,
      BridgeMetrics metrics,
      LongSupplier nanoClock) {
    this.role = role;
    this.producers = producers;
    this.metrics = metrics;
    this.nanoClock = nanoClock;
    this.current = producers.get();
    metrics.producer(role);
    this.renewedAt = nanoClock.getAsLong() - RENEWAL_APART.toNanos();
  }

  /// Sends a record.
  ///
  /// @param result called exactly once: on the calling thread before this returns with
  ///   [SendResult.NotSent], else on the producer's own I/O thread, where it must not linger
  void send(ProducerRecord<byte[], byte[]> record, Consumer<SendResult> result) {
    Thread caller = Thread.currentThread();
    Producer<byte[], byte[]> producer = null;
    try {
      producer = working();
      Producer<byte[], byte[]> used = producer;
      var _ =
          producer.send(
              record,
              (metadata, e) -> {
                if (e == null) {
                  result.accept(
                      new SendResult.Stored(metadata.hasOffset() ? metadata.offset() : -1));
                } else {
                  note(used, e);
                  Exception cause = cause(used, e);
                  // Kafka reports what fails before sending by the callback, on the caller's
                  // thread.
                  result.accept(
                      Thread.currentThread().equals(caller)
                          ? new SendResult.NotSent(cause)
                          : new SendResult.Failed(cause));
                }
              });
    } catch (RuntimeException e) {
      if (producer != null) {
        note(producer, e);
      }
      result.accept(new SendResult.NotSent(producer == null ? e : cause(producer, e)));
    }
  }

  /// What the present one measures.
  Map<MetricName, ? extends Metric> figures() {
    return current.metrics();
  }

  /// Waits this long for what was sent; the rest is cut and reported as failed.
  void close(Duration timeout) {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    current.close(timeout);
  }

  @Override
  public void close() {
    close(Duration.ZERO);
  }

  /// Whether a producer that failed like this can go on with the next record.
  static boolean survives(Exception e) {
    return switch (e) {
      case RetriableException _ -> true;
      case RecordTooLargeException _, RecordBatchTooLargeException _, InvalidRecordException _ ->
          true;
      case InvalidTopicException _, TopicAuthorizationException _, PolicyViolationException _ ->
          true;
      case AuthenticationException _ -> true; // asked again by itself; a fresh one fares no better
      default -> false;
    };
  }

  /// A send that waits ends by that, too. However fresh the producer is: that is no lasting fault.
  @Override
  public void setBack(Duration by) {
    replace(producers.get()); // looks up names, which may hang: not under the monitor
  }

  /// What another one's end has done to it.
  private Exception cause(Producer<byte[], byte[]> used, Exception e) {
    return used.equals(current) || closed || e instanceof ApiException
        ? e
        : new ReplacedException(e);
  }

  private void note(Producer<byte[], byte[]> producer, Exception e) {
    if (!survives(e) && producer.equals(current) && !closed) {
      log.warn("a producer cannot go on and will be replaced role={}", role, e);
      broken = true;
    }
  }

  private Producer<byte[], byte[]> working() {
    if (broken) {
      renew();
    }
    letEnd();
    return current;
  }

  private synchronized void renew() {
    long now = nanoClock.getAsLong();
    if (!broken || closed || now - renewedAt < RENEWAL_APART.toNanos()) {
      return;
    }
    renewedAt = now;
    replace(producers.get());
  }

  private synchronized void replace(Producer<byte[], byte[]> fresh) {
    if (closed) {
      end(fresh);
      return;
    }
    Producer<byte[], byte[]> old = current;
    current = fresh;
    broken = false;
    metrics.producerRenewed(role);
    ending = end(old);
  }

  private Thread end(Producer<byte[], byte[]> old) {
    return Thread.ofVirtual()
        .name("sluice-replaced-" + role)
        .start(() -> {
          try {
            old.close(Duration.ZERO); // waits for its thread, without limit
          } catch (RuntimeException e) {
            log.warn("a producer that was replaced could not be closed role={}", role, e);
          }
        });
  }

  /// What the old one still sends is not to come after what is sent next, unless it hangs.
  private void letEnd() {
    Thread old = ending;
    if (old == null) {
      return;
    }
    ending = null; // waited for once
    try {
      old.join(LAST_SENDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
