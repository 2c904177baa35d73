package io.sluice.broker;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// Finds out, for a starting node, where each partition is read from, and what is known of its log.
/// One thread, once.
final class Opening {
  private static final Duration LIMIT = Duration.ofSeconds(15);

  /// Gives a new consumer with no assignment, by its role.
  interface Consumers extends BiFunction<String, Isolation, Consumer<byte[], byte[]>> {}

  private final BridgeSettings settings;
  private final String nodeId;
  private final LedgerBook book;
  private final LogBounds bounds;
  private final Consumers consumers;
  private final AtomicInteger nextIndex;
  private final BridgeMetrics metrics;

  /// @param book the ledger, read to its end
  /// @param nextIndex numbers partitions
  Opening(
      BridgeSettings settings,
      String nodeId,
      LedgerBook book,
      LogBounds bounds,
      Consumers consumers,
      AtomicInteger nextIndex,
      BridgeMetrics metrics) {
    this.settings = settings;
    this.nodeId = nodeId;
    this.book = book;
    this.bounds = bounds;
    this.consumers = consumers;
    this.nextIndex = nextIndex;
    this.metrics = metrics;
  }

  /// Blocks on Kafka.
  ///
  /// @return by namespace, in the order of the topics
  /// @throws BridgeStartException when a topic's producers use another partitioner
  Map<String, TopicTail> open(List<TopicState> topics, Breaks breaks) {
    topics.forEach(
        topic -> book.found(topic.id(), book.counts(topic.id()).grownUnseen(topic.partitions())));
    new PartitionerCheck(isolation -> consumers.apply("sample", isolation), book).check(topics);
    Map<TopicPartition, LogEnd> ends = ends(topics);
    checkLogs(topics, ends);
    Map<Isolation, StartOffsets> offsets = offsets(topics);
    Map<String, TopicTail> tails = new LinkedHashMap<>();
    for (TopicState topic : topics) {
      List<TailedPartition> partitions = new ArrayList<>();
      StartOffsets starts = offsets.get(topic.binding().isolation());
      for (int p = 0; p < topic.partitions() && starts != null; p++) {
        TopicPartition tp = new TopicPartition(topic.binding().topic(), p);
        long start = starts.start(tp);
        Breaks.Log log =
            new Breaks.Log(topic.id(), p, topic.partitions(), book.lineage(topic.id(), p));
        Window window =
            breaks.first(
                topic.binding(),
                log,
                start,
                leaderships(topic, p, ends.getOrDefault(tp, LogEnd.UNKNOWN), start));
        window.certainFrom(starts.end(tp));
        partitions.add(
            new TailedPartition(
                nextIndex.getAndIncrement(), topic.binding(), p, window, starts.end(tp)));
      }
      RecordRouter router = new RecordRouter(topic.binding(), settings.kafka().maxChannelLength());
      tails.put(
          topic.binding().namespace(),
          new TopicTail(topic.binding(), router, topic.id(), partitions, book.counts(topic.id())));
    }
    return tails;
  }

  /// Of what lies before a start at the log's end; elsewhere the first records tell it.
  private Leaderships leaderships(TopicState topic, int partition, LogEnd end, long start) {
    if (end.offset() != start) {
      return Leaderships.NONE;
    }
    long first =
        book.log(topic.id(), partition)
            .filter(entry -> entry.leadership() == end.leadership())
            .map(LogEntry::first)
            .orElse(start);
    return Leaderships.of(end.leadership(), first);
  }

  private Map<TopicPartition, LogEnd> ends(List<TopicState> topics) {
    try {
      return bounds
          .ends(topics.stream().flatMap(topic -> partitions(topic).stream()).toList(), LIMIT)
          .toCompletableFuture()
          .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while starting", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new KafkaException("Kafka does not say where logs end", e);
    }
  }

  private void checkLogs(List<TopicState> topics, Map<TopicPartition, LogEnd> ends) {
    Map<TopicPartition, StartCheck.Log> logs = new HashMap<>();
    for (TopicState topic : topics) {
      partitions(topic)
          .forEach(tp ->
              logs.put(
                  tp,
                  new StartCheck.Log(
                      topic.binding(), topic.id(), ends.getOrDefault(tp, LogEnd.UNKNOWN))));
    }
    new StartCheck(
            book,
            () -> consumers.apply("check", Isolation.READ_UNCOMMITTED),
            this::othersAlive,
            metrics)
        .check(logs);
  }

  private boolean othersAlive() {
    try (Consumer<byte[], byte[]> consumer =
        consumers.apply("listen", Isolation.READ_UNCOMMITTED)) {
      return OthersAlive.listen(consumer, settings.kafka().controlTopic(), nodeId);
    }
  }

  private Map<Isolation, StartOffsets> offsets(List<TopicState> topics) {
    Map<Isolation, StartOffsets> offsets = new EnumMap<>(Isolation.class);
    Instant from = Instant.now().minus(settings.window().age());
    for (Isolation isolation : Isolation.values()) {
      List<TopicPartition> mine =
          topics.stream()
              .filter(topic -> topic.binding().isolation() == isolation)
              .flatMap(topic -> partitions(topic).stream())
              .toList();
      if (!mine.isEmpty()) {
        try (Consumer<byte[], byte[]> consumer = consumers.apply("start", isolation)) {
          offsets.put(
              isolation,
              StartOffsets.since(consumer, mine, from).fromTheStart(consumer, whole(topics, mine)));
        }
      }
    }
    return offsets;
  }

  /// Those of them that are read from the log's start.
  private static List<TopicPartition> whole(
      List<TopicState> topics, List<TopicPartition> partitions) {
    Set<String> keeping =
        topics.stream()
            .map(TopicState::binding)
            .filter(TopicBinding::keepsLastValues)
            .map(TopicBinding::topic)
            .collect(Collectors.toSet());
    return partitions.stream().filter(tp -> keeping.contains(tp.topic())).toList();
  }

  private static List<TopicPartition> partitions(TopicState topic) {
    List<TopicPartition> all = new ArrayList<>();
    for (int p = 0; p < topic.partitions(); p++) {
      all.add(new TopicPartition(topic.binding().topic(), p));
    }
    return all;
  }
}
