package io.sluice.broker;

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

  RecordSorter(DeadLetters deadLetters, BridgeMetrics metrics, Refresh refresh) {
    this.deadLetters = deadLetters;
    this.metrics = metrics;
    this.refresh = refresh;
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
      case Route.Deliver(String key) -> write(writer, key, record, metrics::headerDropped);
      case Route.Keyless(String key) -> write(writer, key, record, metrics::headerDropped);
      case Route.Tombstone(String key) -> write(writer, key, record, metrics::headerDropped);
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

  /// Appends a record to the channel of this key.
  ///
  /// @param headerDropped told of each header beyond its bounds
  /// @return whether the window took it
  static boolean write(
      WindowWriter writer,
      String key,
      ConsumerRecord<byte[], byte[]> record,
      Runnable headerDropped) {
    byte[] headers = KeptHeaders.from(record.headers(), headerDropped).encode();
    return record.value() == null
        ? writer.appendTombstone(key, record.offset(), record.timestamp(), headers)
        : writer.append(key, record.offset(), record.timestamp(), headers, record.value());
  }
}
