package io.sluice.broker;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at the newest records of each topic at start: a namespace whose `partitioner` is not what
/// its producers use would get nothing but misplaced records. Takes at most [#LIMIT] a topic; one
/// without records takes a few milliseconds. Used by one thread.
final class PartitionerCheck {
  /// The most records looked at, of all partitions together.
  static final int RECORDS = 1_000;

  /// The longest look at one topic.
  static final Duration LIMIT = Duration.ofSeconds(2);

  /// Fewer different keys prove nothing: with 12 partitions, another partitioner explains one key
  /// in twelve by chance.
  static final int ENOUGH_KEYS = 20;

  private static final Logger log = LoggerFactory.getLogger(PartitionerCheck.class);

  /// A key and where it was found. A key that lies in two partitions counts as two.
  record Found(ByteBuffer key, int partition) {}

  private final Function<Isolation, Consumer<byte[], byte[]>> consumers;
  private final LedgerBook book;

  /// @param consumers gives a new consumer with no assignment, closed here
  PartitionerCheck(Function<Isolation, Consumer<byte[], byte[]>> consumers, LedgerBook book) {
    this.consumers = consumers;
    this.book = book;
  }

  /// Looks at all topics.
  ///
  /// @throws BridgeStartException naming the line to change
  void check(Collection<TopicState> topics) {
    for (TopicState topic : topics) {
      if (topic.partitions() > 1) {
        Set<Found> sample = sample(topic);
        NavigableSet<Integer> counts =
            book.counts(topic.id()).and(PartitionCounts.seen(topic.partitions())).seen();
        betterFit(topic.binding().partitioner(), counts, sample)
            .ifPresent(fit -> refuse(topic, fit, counts, sample));
      }
    }
  }

  /// The partitioner that explains at least 95 % of these keys where the configured one explains
  /// less than half. A record may have been written when there were fewer partitions. Pure.
  ///
  /// @param counts how many partitions there are and were
  static Optional<Partitioner> betterFit(
      Partitioner configured, NavigableSet<Integer> counts, Set<Found> sample) {
    if (counts.last() < 2
        || sample.size() < ENOUGH_KEYS
        || explained(configured, counts, sample) >= 0.5) {
      return Optional.empty();
    }
    return List.of(Partitioner.values()).stream()
        .filter(other -> explained(other, counts, sample) >= 0.95)
        .findFirst();
  }

  private static double explained(
      Partitioner partitioner, NavigableSet<Integer> counts, Set<Found> sample) {
    long right =
        sample.stream()
            .filter(it ->
                counts.stream()
                    .anyMatch(
                        count -> partitioner.partition(it.key().array(), count) == it.partition()))
            .count();
    return (double) right / sample.size();
  }

  private static void refuse(
      TopicState topic, Partitioner fit, NavigableSet<Integer> counts, Set<Found> sample) {
    throw new BridgeStartException(
        misfit(topic.binding(), fit, counts, sample)
            + ": set namespaces."
            + topic.binding().namespace()
            + ".partitioner: "
            + fit.configName());
  }

  /// What is wrong when another partitioner fits better.
  static String misfit(
      TopicBinding binding, Partitioner fit, NavigableSet<Integer> counts, Set<Found> sample) {
    return "the producers of topic '%s' use another partitioner than %s (%.0f%% of %d keys fit it, %.0f%% fit %s)"
        .formatted(
            binding.topic(),
            binding.partitioner().configName(),
            100 * explained(binding.partitioner(), counts, sample),
            sample.size(),
            100 * explained(fit, counts, sample),
            fit.configName());
  }

  private Set<Found> sample(TopicState topic) {
    List<TopicPartition> partitions =
        IntStream.range(0, topic.partitions())
            .mapToObj(partition -> new TopicPartition(topic.binding().topic(), partition))
            .toList();
    Set<Found> sample = new HashSet<>();
    try (Consumer<byte[], byte[]> consumer = consumers.apply(topic.binding().isolation())) {
      NewestRecords.read(
          consumer,
          partitions,
          RECORDS,
          LIMIT,
          record -> {
            if (record.key() != null) {
              sample.add(new Found(ByteBuffer.wrap(record.key()), record.partition()));
            }
          });
    } catch (KafkaException e) {
      // only a check: what really stands in the way is told by those who need it
      log.warn("partitioner not checked topic={} cause={}", topic.binding().topic(), e.toString());
    }
    return sample;
  }
}
