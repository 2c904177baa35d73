package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/// Ends of transactions that a real broker makes too seldom.
final class RedriveBatchTest {
  private static final RecordPlace PLACE = new RecordPlace("orders", 0, 7);

  private final Producer producer = new Producer();
  private final RedriveBatch batch = new RedriveBatch(producer, SharedKafka.settings(), () -> {});

  /// Answers ends of transactions with what it is told, as Kafka's producer does.
  private static final class Producer extends MockProducer<byte[], byte[]> {
    final Deque<KafkaException> failures = new ArrayDeque<>();
    int commits;
    private boolean unanswered;

    Producer() {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
      initTransactions();
    }

    @Override
    public void commitTransaction() {
      commits++;
      KafkaException failure = failures.poll();
      unanswered = failure instanceof TimeoutException;
      if (failure != null) {
        throw failure;
      }
      super.commitTransaction();
    }

    @Override
    public void abortTransaction() {
      if (unanswered) {
        throw new IllegalStateException(
            "the previous call to `commitTransaction` timed out and must be retried");
      }
      super.abortTransaction();
    }
  }

  @Test
  void anEndThatIsNotAnsweredInTimeIsAskedForAgain() throws Exception {
    producer.failures.add(new TimeoutException("10 s"));
    producer.failures.add(new TimeoutException("10 s"));
    batch.end(PLACE);
    batch.commit();
    assertThat(producer.commits).isEqualTo(3);
    assertThat(producer.history()).hasSize(1);
    batch.end(PLACE);
    batch.commit();
    assertThat(producer.history()).hasSize(2);
  }

  @Test
  void oneThatIsNeverAnsweredIsSaidAndNotTakenBack() {
    producer.failures.addAll(
        List.of(
            new TimeoutException("10 s"),
            new TimeoutException("10 s"),
            new TimeoutException("10 s"),
            new TimeoutException("10 s")));
    batch.end(PLACE);
    assertThatThrownBy(batch::commit)
        .isInstanceOf(KafkaException.class)
        .hasMessageContaining("did not say whether the last records count; run it again")
        .hasNoSuppressedExceptions();
    assertThat(producer.commits).isEqualTo(RedriveBatch.COMMITS);
    assertThat(producer.transactionAborted()).isFalse();
  }

  @Test
  void oneThatFailsIsTakenBack() {
    KafkaException failure = new KafkaException("a record was not stored");
    producer.failures.add(failure);
    batch.end(PLACE);
    assertThatThrownBy(batch::commit).isSameAs(failure).hasNoSuppressedExceptions();
    assertThat(producer.transactionAborted()).isTrue();
  }

  @Test
  void whatFailsThenHidesNotWhatFailedFirst() {
    InvalidTxnStateException first = new InvalidTxnStateException("it is over");
    IllegalStateException second = new IllegalStateException("there is nothing to take back");
    RedriveBatch failing =
        new RedriveBatch(
            new MockProducer<byte[], byte[]>(
                true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
              @Override
              public void beginTransaction() {
                throw first;
              }

              @Override
              public void abortTransaction() {
                throw second;
              }
            },
            SharedKafka.settings(),
            () -> {});
    failing.end(PLACE);
    assertThatThrownBy(failing::commit).isSameAs(first).hasSuppressedException(second);
  }

  @Test
  void whoIsFencedSaysBothThingsThatMayBe() {
    Redrive redrive = new Redrive(SharedKafka.settings(), List.of());
    assertThat(redrive.failure(new ProducerFencedException("")))
        .hasMessageContaining("another run has begun")
        .hasMessageContaining("or Kafka was slower than the 10 s that it gives a transaction");
    assertThat(redrive.failure(new InvalidTxnStateException("")))
        .hasMessageStartingWith("Kafka was slower than the 10 s that it gives a transaction");
  }
}
