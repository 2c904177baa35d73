package io.sluice.broker;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;

/// Puts the records of dead letters back once what was wrong is mended: each is written again, to
/// the partition where its namespace's configuration now looks for it, and never twice, however
/// often this runs, dies on the way, or nodes write the letters anew.
///
/// In one transaction come the record, the end of its letter, and a [RedriveMark], which outlives
/// the letters that nodes write again when they read the old record again.
///
/// For one thread; blocks.
public final class Redrive {
  /// Letters that are in memory at a time, a page. The dead-letter topic is read again for each.
  private static final int PAGE = 50_000;

  /// Marks that a run takes away, since the log has let their records and the copies go.
  static final int MOST_ENDED = 10_000;

  /// Records of one transaction, unless they are more than [#BATCH_BYTES].
  private static final int BATCH = 100;

  private static final long BATCH_BYTES = 4L << 20;

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final KafkaSettings kafka;
  private final Map<String, TopicBinding> bindings;
  private final KafkaClients clients;
  private final int page;

  /// @param bindings of the present configuration
  public Redrive(KafkaSettings kafka, List<TopicBinding> bindings) {
    this(kafka, bindings, PAGE);
  }

  Redrive(KafkaSettings kafka, List<TopicBinding> bindings, int page) {
    this.kafka = kafka;
    this.page = page;
    this.bindings = bindings.stream().collect(Collectors.toMap(TopicBinding::topic, it -> it));
    this.clients = new KafkaClients(kafka, "redrive");
  }

  /// Which letters.
  ///
  /// @param reason none: of all
  /// @param topic of the records; none: of all
  public record Choice(Optional<DeadLetterReason> reason, Optional<String> topic) {
    boolean takes(StoredLetter letter) {
      return reason.filter(it -> it != letter.reason()).isEmpty()
          && topic.filter(it -> !it.equals(letter.place().topic())).isEmpty();
    }
  }

  /// What a run came to.
  ///
  /// @param left stay, and say why to whoever is told of each
  public record Outcome(int redriven, int already, int left) {}

  /// Says what [#run] would do, and does nothing.
  ///
  /// @param each told of each letter
  /// @throws RedriveException saying in one line what is wrong
  public Outcome rehearse(Choice choice, Consumer<RedriveVerdict> each)
      throws RedriveException, InterruptedException {
    try (RedriveSource source = new RedriveSource(kafka, clients)) {
      Tally tally = new Tally();
      Optional<RecordPlace> from = Optional.empty();
      do {
        Found found = find(choice, source, from);
        for (StoredLetter letter : found.letters.values()) {
          tally.add(judge(letter, found, source), each);
        }
        from = found.end;
      } while (from.isPresent());
      return tally.outcome();
    } catch (KafkaException e) {
      throw failure(e);
    }
  }

  /// Does it.
  ///
  /// @param each told of each letter, once what was decided has been done
  /// @throws RedriveException saying in one line what is wrong; what was told before is done
  public Outcome run(Choice choice, Consumer<RedriveVerdict> each)
      throws RedriveException, InterruptedException {
    return run(choice, each, () -> {});
  }

  /// @param beforeCommit done when all of a transaction is in Kafka but that it counts
  Outcome run(Choice choice, Consumer<RedriveVerdict> each, Runnable beforeCommit)
      throws RedriveException, InterruptedException {
    try (RedriveSource source = new RedriveSource(kafka, clients)) {
      source.demandCompaction();
      Producer<byte[], byte[]> producer = clients.redrive();
      try {
        producer.initTransactions(); // from here on no other run commits anything
        Outcome outcome =
            run(choice, each, source, new RedriveBatch(producer, kafka, beforeCommit));
        producer.close(PATIENCE);
        return outcome;
      } finally {
        producer.close(Duration.ZERO);
      }
    } catch (KafkaException e) {
      throw failure(e);
    }
  }

  private Outcome run(
      Choice choice, Consumer<RedriveVerdict> each, RedriveSource source, RedriveBatch batch)
      throws InterruptedException {
    Tally tally = new Tally();
    Optional<RecordPlace> from = Optional.empty();
    do {
      Found found = find(choice, source, from);
      for (StoredLetter letter : found.letters.values()) {
        batch.add(judge(letter, found, source));
        if (batch.size() >= BATCH || batch.bytes() >= BATCH_BYTES) {
          batch.commit().forEach(done -> tally.add(done, each));
        }
      }
      found.ended.forEach(batch::end);
      batch.commit().forEach(done -> tally.add(done, each));
      from = found.end;
    } while (from.isPresent());
    return tally.outcome();
  }

  private RedriveVerdict judge(StoredLetter letter, Found found, RedriveSource source)
      throws InterruptedException {
    TopicBinding binding = bindings.get(letter.place().topic());
    if (binding == null) {
      return new RedriveVerdict.Stays(letter, "no namespace is bound to its topic");
    }
    return switch (source.read(letter, binding)) {
      case RedriveSource.Gone(String why) -> new RedriveVerdict.Stays(letter, why);
      case RedriveSource.Found there -> {
        RedriveMark mark = found.marks.get(letter.place());
        yield mark != null && mark.isOf(there.topic().id(), letter.print())
            ? new RedriveVerdict.Already(letter, mark.to())
            : ofCopy(
                RedriveJudge.judge(letter, there, binding, kafka.maxChannelLength()), there, found);
      }
    };
  }

  /// A copy that lies where it belongs now is not put there again: a node with another
  /// configuration has written the letter.
  private static RedriveVerdict ofCopy(
      RedriveVerdict verdict, RedriveSource.Found there, Found found) {
    RecordPlace place = verdict.letter().place();
    return verdict instanceof RedriveVerdict.Again again
            && again.partition() == place.partition()
            && RedriveBatch.origin(there.record())
                .map(found.marks::get)
                .filter(it -> it.isOfCopy(there.topic().id(), place))
                .isPresent()
        ? new RedriveVerdict.Already(verdict.letter(), place)
        : verdict;
  }

  /// Reads a page of letters, then the marks of these: those of all may be more than fit.
  private Found find(Choice choice, RedriveSource source, Optional<RecordPlace> from) {
    Found found = new Found(choice, source, from);
    source.lookAgain();
    read(found.letters());
    read(found.marks());
    return found;
  }

  private void read(LetterTopic.Reader reader) {
    LetterTopic letters = new LetterTopic(kafka.deadLetterTopic());
    Map<TopicPartition, Long> ends;
    try (var all = clients.letters(Isolation.READ_UNCOMMITTED)) {
      ends = letters.ends(all);
    }
    try (var consumer = clients.letters(Isolation.READ_COMMITTED)) {
      if (!letters.read(consumer, ends, PATIENCE, reader)) {
        throw new KafkaException("the dead letters were not read within " + PATIENCE);
      }
    }
  }

  /// A transaction that the broker has given up may look like one that another run has fenced.
  RedriveException failure(KafkaException e) {
    String slow =
        "Kafka was slower than the %d s that it gives a transaction: run it again, nothing is put back twice"
            .formatted(ClientProperties.REDRIVE_TRANSACTION.toSeconds());
    return new RedriveException(
        switch (e) {
          case ProducerFencedException _, InvalidProducerEpochException _ ->
              "another run has begun, and goes on with what is left; or " + slow;
          case InvalidTxnStateException _ -> slow;
          case ConfigException _ -> "kafka.properties: " + e.getMessage();
          case AuthorizationException _ -> "missing ACL: " + e.getMessage();
          default ->
              "Kafka at kafka.bootstrap-servers '%s': %s"
                  .formatted(kafka.bootstrapServers(), e.getMessage());
        },
        e);
  }

  /// A page of what stands in the dead-letter topic: all letters from a place on to where there is
  /// no more room. Whatever becomes of these, the next page begins behind them.
  private final class Found {
    final Choice choice;
    final RedriveSource source;
    final Optional<RecordPlace> from;
    final NavigableMap<RecordPlace, StoredLetter> letters = new TreeMap<>(); // logs, in order

    /// Of these and of their originals, by the original's place.
    final Map<RecordPlace, RedriveMark> marks = new HashMap<>();

    final Set<RecordPlace> ended = new LinkedHashSet<>();

    /// The lowest place that found no room: the next page's first. None: there is no more.
    Optional<RecordPlace> end = Optional.empty();

    Found(Choice choice, RedriveSource source, Optional<RecordPlace> from) {
      this.choice = choice;
      this.source = source;
      this.from = from;
    }

    LetterTopic.Reader letters() {
      return (place, letter) -> {
        letters.remove(place);
        if (letter.filter(choice::takes).isPresent() && isHere(place)) {
          letters.put(place, letter.get());
          if (letters.size() > page) {
            end = Optional.of(letters.pollLastEntry().getKey());
          }
        }
      };
    }

    private boolean isHere(RecordPlace place) {
      return from.filter(it -> place.compareTo(it) < 0).isEmpty()
          && end.filter(it -> place.compareTo(it) >= 0).isEmpty();
    }

    LetterTopic.Reader marks() {
      return new LetterTopic.Reader() {
        @Override
        public void letter(RecordPlace place, Optional<StoredLetter> letter) {}

        @Override
        public void mark(RecordPlace place, Optional<RedriveMark> mark) {
          marks.remove(place);
          ended.remove(place);
          mark.ifPresent(it -> note(place, it));
        }
      };
    }

    private void note(RecordPlace place, RedriveMark mark) {
      if (letters.containsKey(place) || letters.containsKey(mark.to())) {
        marks.put(place, mark);
      } else if (from.isEmpty() // later pages read what the first has ended
          && ended.size() < MOST_ENDED
          && bindings.containsKey(place.topic())
          && source.hasLetGo(place, mark.topicId())
          && source.hasLetGo(mark.to(), mark.topicId())) { // it tells that this is the copy
        ended.add(place);
      }
    }
  }

  private static final class Tally {
    private int redriven;
    private int already;
    private int left;

    void add(RedriveVerdict verdict, Consumer<RedriveVerdict> each) {
      switch (verdict) {
        case RedriveVerdict.Again _ -> redriven++;
        case RedriveVerdict.Already _ -> already++;
        case RedriveVerdict.Stays _ -> left++;
      }
      each.accept(verdict);
    }

    Outcome outcome() {
      return new Outcome(redriven, already, left);
    }
  }
}
