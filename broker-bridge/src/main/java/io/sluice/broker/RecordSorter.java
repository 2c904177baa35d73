package io.sluice.broker;

import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Puts each record where it belongs: into the window, to the dead letters, or nowhere. Called by
/// the tailer of the record's partition.
final class RecordSorter {
  /// Looks whether a topic has got partitions; see [TopicWatch#lookFor].
  interface Refresh {
    void lookFor(TopicTail topic, long polledAt);
  }

  private final DeadLetters deadLetters;
  private final BridgeMetrics metrics;
  private final Refresh refresh;
  private final RecordTraces traces;

  /// One that traces nothing.
  RecordSorter(DeadLetters deadLetters, BridgeMetrics metrics, Refresh refresh) {
    this(deadLetters, metrics, refresh, RecordTraces.NONE);
  }

  RecordSorter(
      DeadLetters deadLetters, BridgeMetrics metrics, Refresh refresh, RecordTraces traces) {
    this.deadLetters = deadLetters;
    this.metrics = metrics;
    this.refresh = refresh;
    this.traces = traces;
  }

  /// Sorts one record.
  ///
  /// @param polledAt when it had come, by [System#nanoTime]
  /// @return whether the window took it
  boolean append(
      TopicTail topic, WindowWriter writer, ConsumerRecord<byte[], byte[]> record, long polledAt) {
    Route route = topic.router().route(record, topic.count());
    if (isMisplaced(route)) {
      refresh.lookFor(
          topic, polledAt); // its producer may know of partitions that this node does not
      route = topic.router().route(record, topic.count());
    }
    if (isMisplaced(route) && topic.layThere(record.key(), record.partition())) {
      metrics.moved(topic.binding());
      return false;
    }
    return switch (route) {
      case Route.Deliver(String key) -> enter(topic, writer, key, record);
      case Route.Keyless(String key) -> enter(topic, writer, key, record);
      case Route.Tombstone(String key) -> enter(topic, writer, key, record);
      case Route.Dead(DeadLetterReason reason, String detail) -> {
        deadLetters.offer(topic.binding(), record, reason, detail);
        yield false;
      }
    };
  }

  private static boolean isMisplaced(Route route) {
    return route instanceof Route.Dead(DeadLetterReason reason, String _)
        && reason == DeadLetterReason.MISPLACED;
  }

  private boolean enter(
      TopicTail topic, WindowWriter writer, String key, ConsumerRecord<byte[], byte[]> record) {
    KeptHeaders kept = KeptHeaders.from(record.headers(), metrics::headerDropped);
    Optional<RecordTraces.Arrival> followed = follow(topic, key, record, kept);
    if (followed.isEmpty()) {
      return write(writer, key, record, kept);
    }
    RecordTraces.Arrival arrival = followed.get();
    KeptHeaders told = kept.withTag(KeptHeaders.TRACEPARENT, arrival.traceparent());
    boolean taken = false;
    try {
      taken = write(writer, key, record, told);
    } finally {
      if (taken) {
        arrival.taken();
      } else {
        arrival.refused();
      }
    }
    return taken;
  }

  /// What is read again, or lay there when this node started, is not on its way any more.
  private Optional<RecordTraces.Arrival> follow(
      TopicTail topic, String key, ConsumerRecord<byte[], byte[]> record, KeptHeaders kept) {
    String traceparent = kept.tags().get(KeptHeaders.TRACEPARENT);
    if (traceparent == null) {
      return Optional.empty();
    }
    List<TailedPartition> partitions = topic.partitions();
    if (record.partition() >= partitions.size()) {
      return Optional.empty(); // the topic was made anew meanwhile
    }
    TailedPartition partition = partitions.get(record.partition());
    if (record.offset() < partition.newsFrom()) {
      return Optional.empty();
    }
    byte[] value = record.value();
    return traces.arrived(
        new TracedRecord(
            partition,
            key,
            record.offset(),
            record.timestamp(),
            value == null ? 0 : value.length,
            traceparent));
  }

  /// Appends a record to the channel of this key.
  ///
  /// @param headerDropped told of each header beyond its bounds
  /// @return whether the window took it
  static boolean write(
      WindowWriter writer,
      String key,
      ConsumerRecord<byte[], byte[]> record,
      Runnable headerDropped) {
    return write(writer, key, record, KeptHeaders.from(record.headers(), headerDropped));
  }

  private static boolean write(
      WindowWriter writer, String key, ConsumerRecord<byte[], byte[]> record, KeptHeaders kept) {
    byte[] headers = kept.encode();
    return record.value() == null
        ? writer.appendTombstone(key, record.offset(), record.timestamp(), headers)
        : writer.append(key, record.offset(), record.timestamp(), headers, record.value());
  }
}
