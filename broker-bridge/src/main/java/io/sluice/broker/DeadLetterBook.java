package io.sluice.broker;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the dead letters when somebody asks for them: once for all who ask meanwhile, and not
/// again for [#FRESH]. In between it holds nothing but the last answer. For any thread; never
/// waits.
final class DeadLetterBook {
  /// Letters that are counted; of more, those that were read last.
  static final int MOST = 2_500;

  /// Letters that are told of one by one.
  static final int NEWEST = 100;

  /// About what one takes while it is counted, and a mark: a few objects, the detail, places in
  /// maps. Other texts are shared.
  static final int LETTER_BYTES = 512;

  /// What its consumer fetches at a time.
  static final ByteSize FETCH = ByteSize.kib(256);

  static final Duration PATIENCE = Duration.ofSeconds(3);
  static final Duration FRESH = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(DeadLetterBook.class);
  private static final Comparator<StoredLetter> BY_TIME =
      Comparator.comparing(StoredLetter::time).thenComparing(StoredLetter::place);

  private final LetterTopic topic;
  private final Function<Isolation, Consumer<byte[], byte[]>> consumers;
  private @Nullable CompletableFuture<DeadLetterReport> last;
  private long askAgainAt;

  /// @param consumers make one that reads the topic
  DeadLetterBook(String topic, Function<Isolation, Consumer<byte[], byte[]>> consumers) {
    this.topic = new LetterTopic(topic);
    this.consumers = consumers;
  }

  /// What there is.
  ///
  /// @return always completes, within some 10 s: what Kafka's consumer waits for an answer, and
  ///   [#PATIENCE]
  synchronized CompletionStage<DeadLetterReport> report() {
    if (last == null || (last.isDone() && System.nanoTime() - askAgainAt >= 0)) {
      CompletableFuture<DeadLetterReport> next = new CompletableFuture<>();
      last = next;
      Thread.ofVirtual().name("sluice-dead-letter-book").start(() -> answer(next));
    }
    return last.copy();
  }

  private void answer(CompletableFuture<DeadLetterReport> asked) {
    DeadLetterReport report;
    try {
      report = read();
    } catch (AuthorizationException e) {
      report = new DeadLetterReport.Unread("missing ACL: Read on kafka.dead-letter-topic");
    } catch (KafkaException e) {
      log.debug("dead letters were not read", e);
      report = new DeadLetterReport.Unread("Kafka does not answer: " + e.getMessage());
    } catch (RuntimeException e) {
      log.error("dead letters were not read", e);
      report = new DeadLetterReport.Unread("a mistake of ours, see the log");
    }
    synchronized (this) {
      askAgainAt = System.nanoTime() + FRESH.toNanos();
    }
    asked.complete(report);
  }

  private DeadLetterReport read() {
    Letters letters = new Letters();
    Map<TopicPartition, Long> ends;
    try (Consumer<byte[], byte[]> all = consumers.apply(Isolation.READ_UNCOMMITTED)) {
      ends = topic.ends(all);
    }
    try (Consumer<byte[], byte[]> consumer = consumers.apply(Isolation.READ_COMMITTED)) {
      return letters.report(topic.read(consumer, ends, PATIENCE, letters));
    }
  }

  /// What was read; for one thread.
  private static final class Letters implements LetterTopic.Reader {
    private final LinkedHashMap<RecordPlace, StoredLetter> letters = new LinkedHashMap<>();
    private final LinkedHashMap<RecordPlace, RecordPrint> marks = new LinkedHashMap<>();
    private final Map<String, String> texts = new HashMap<>();
    private boolean all = true;

    @Override
    public void letter(RecordPlace place, Optional<StoredLetter> letter) {
      letters.remove(place);
      letter.map(this::lean).ifPresent(it -> letters.put(it.place(), it));
      if (letters.size() > MOST) {
        letters.pollFirstEntry();
        all = false;
      }
    }

    @Override
    public void mark(RecordPlace place, Optional<RedriveMark> mark) {
      marks.remove(place);
      mark.ifPresent(it -> marks.put(lean(place), it.print()));
      if (marks.size() > MOST) {
        marks.pollFirstEntry();
        all = false;
      }
    }

    private StoredLetter lean(StoredLetter letter) {
      return new StoredLetter(
          lean(letter.place()),
          letter.reason(),
          letter.detail(),
          shared(letter.namespace()),
          letter.time(),
          letter.keySize(),
          letter.valueSize(),
          letter.print());
    }

    private RecordPlace lean(RecordPlace place) {
      return new RecordPlace(shared(place.topic()), place.partition(), place.offset());
    }

    private String shared(String text) {
      return texts.computeIfAbsent(text, it -> it);
    }

    DeadLetterReport report(boolean whole) {
      int before = letters.size();
      letters.values().removeIf(letter -> letter.print().equals(marks.get(letter.place())));
      Map<DeadLetterReport.Count, Integer> counts = new HashMap<>();
      letters
          .values()
          .forEach(it ->
              counts.merge(
                  new DeadLetterReport.Count(it.place().topic(), it.namespace(), it.reason(), 0),
                  1,
                  Integer::sum));
      return new DeadLetterReport.Known(
          counts.entrySet().stream()
              .map(it ->
                  new DeadLetterReport.Count(
                      it.getKey().topic(),
                      it.getKey().namespace(),
                      it.getKey().reason(),
                      it.getValue()))
              .sorted(
                  Comparator.comparingInt(DeadLetterReport.Count::letters)
                      .reversed()
                      .thenComparing(DeadLetterReport.Count::topic)
                      .thenComparing(DeadLetterReport.Count::reason))
              .collect(Collectors.toList()),
          newest(),
          before - letters.size(),
          whole && all);
    }

    private List<StoredLetter> newest() {
      return letters.values().stream().sorted(BY_TIME.reversed()).limit(NEWEST).toList();
    }
  }
}
