package io.sluice.broker;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;

/// What is done in one transaction, or not at all. For one thread; blocks.
final class RedriveBatch {
  /// A record's header that says where the one was that is put back: `topic/partition/offset`.
  static final String HEADER = "sluice-redriven";

  /// Where the record was that this one says to be a copy of.
  static Optional<RecordPlace> origin(ConsumerRecord<byte[], byte[]> record) {
    return Optional.ofNullable(record.headers().lastHeader(HEADER))
        .map(Header::value)
        .flatMap(it -> RecordPlace.read(new String(it, StandardCharsets.UTF_8)));
  }

  /// Nobody knows whether a transaction counts.
  private static final class Unanswered extends KafkaException {
    private static final long serialVersionUID = 1L;

    Unanswered(TimeoutException last) {
      super(
          "it did not say whether the last records count; run it again, none is put back twice",
          last);
    }
  }

  /// How often the end of a transaction is asked for, each time for `max.block.ms`, 10 s
  /// ([ClientProperties#redrive]).
  static final int COMMITS = 3;

  private final Producer<byte[], byte[]> producer;
  private final String letters;
  private final Runnable beforeCommit;
  private final List<RedriveVerdict> verdicts = new ArrayList<>();
  private final List<RecordPlace> ended = new ArrayList<>();
  private long bytes;

  RedriveBatch(Producer<byte[], byte[]> producer, KafkaSettings kafka, Runnable beforeCommit) {
    this.producer = producer;
    this.letters = kafka.deadLetterTopic();
    this.beforeCommit = beforeCommit;
  }

  void add(RedriveVerdict verdict) {
    verdicts.add(verdict);
    if (record(verdict).isPresent()) {
      bytes += DeadLetter.size(record(verdict).get().value());
    }
  }

  /// A mark that nobody needs any more.
  void end(RecordPlace place) {
    ended.add(place);
  }

  int size() {
    return verdicts.size();
  }

  /// Of the records that it holds.
  long bytes() {
    return bytes;
  }

  /// Does it all.
  ///
  /// @return what was done
  /// @throws KafkaException after which the producer is of no use any more
  List<RedriveVerdict> commit() throws InterruptedException {
    List<RedriveVerdict> done = List.copyOf(verdicts);
    if (ended.isEmpty() && done.stream().allMatch(RedriveVerdict.Stays.class::isInstance)) {
      clear();
      return done;
    }
    try {
      write(done);
      beforeCommit.run();
      end();
    } catch (ProducerFencedException | InvalidProducerEpochException | Unanswered e) {
      throw e; // nothing is this one's to be taken back
    } catch (KafkaException e) {
      try {
        producer.abortTransaction();
      } catch (RuntimeException another) {
        e.addSuppressed(another);
      }
      throw e;
    }
    clear();
    return done;
  }

  /// What was not answered in time may have been done: it may be asked for again, which is answered
  /// then, but not be taken back.
  private void end() {
    for (int left = COMMITS; ; left--) {
      try {
        producer.commitTransaction();
        return;
      } catch (TimeoutException e) {
        if (left == 1) {
          throw new Unanswered(e);
        }
      }
    }
  }

  private void write(List<RedriveVerdict> done) throws InterruptedException {
    producer.beginTransaction();
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (RedriveVerdict verdict : done) {
      if (verdict instanceof RedriveVerdict.Again again) {
        sent.add(producer.send(copy(again)));
      }
    }
    producer.flush(); // where they lie is a part of the marks
    int next = 0;
    for (RedriveVerdict verdict : done) {
      switch (verdict) {
        case RedriveVerdict.Again again -> {
          mark(again, get(sent.get(next++)));
          tombstone(verdict.letter().place().bytes());
        }
        case RedriveVerdict.Already _ -> tombstone(verdict.letter().place().bytes());
        case RedriveVerdict.Stays _ -> {}
      }
    }
    ended.forEach(place -> tombstone(RedriveMark.key(place)));
    producer.flush();
  }

  private void clear() {
    verdicts.clear();
    ended.clear();
    bytes = 0;
  }

  private static Optional<ConsumerRecord<byte[], byte[]>> record(RedriveVerdict verdict) {
    return switch (verdict) {
      case RedriveVerdict.Again again -> Optional.of(found(again).record());
      case RedriveVerdict.Already _, RedriveVerdict.Stays _ -> Optional.empty();
    };
  }

  private static RedriveSource.Found found(RedriveVerdict.Again again) {
    return switch (again.there()) {
      case RedriveSource.Found found -> found;
    };
  }

  /// With the time at which it is put back: what is older may be on its way out of the log.
  private static ProducerRecord<byte[], byte[]> copy(RedriveVerdict.Again again) {
    ConsumerRecord<byte[], byte[]> old = record(again).orElseThrow();
    ProducerRecord<byte[], byte[]> fresh =
        new ProducerRecord<>(
            old.topic(), again.partition(), null, old.key(), old.value(), old.headers());
    fresh.headers().remove(HEADER);
    fresh.headers().add(HEADER, again.letter().place().toString().getBytes(StandardCharsets.UTF_8));
    return fresh;
  }

  private void mark(RedriveVerdict.Again again, RecordMetadata stored) {
    RedriveMark mark =
        new RedriveMark(
            found(again).topic().id(),
            again.letter().print(),
            new RecordPlace(stored.topic(), stored.partition(), stored.offset()),
            Instant.now());
    var _ =
        producer.send(
            new ProducerRecord<>(letters, RedriveMark.key(again.letter().place()), mark.value()));
  }

  private void tombstone(byte[] key) {
    var _ = producer.send(new ProducerRecord<>(letters, key, null));
  }

  private static RecordMetadata get(Future<RecordMetadata> sent) throws InterruptedException {
    try {
      return sent.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException k ? k : new KafkaException(e.getCause());
    }
  }
}
