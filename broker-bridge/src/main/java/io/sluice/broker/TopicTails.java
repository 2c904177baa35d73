package io.sluice.broker;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/// The topics that a node reads, one for each namespace, and what they come to together. None
/// before they are found and after they are forgotten. Any thread.
final class TopicTails {
  private volatile Map<String, TopicTail> byNamespace = Map.of();

  /// These are all.
  ///
  /// @param found in the order of the configuration
  void found(Map<String, TopicTail> found) {
    byNamespace = Collections.unmodifiableMap(new LinkedHashMap<>(found));
  }

  /// Whoever still holds a closed bridge, as a web server's timer does, holds no records.
  void forget() {
    partitions().forEach(partition -> partition.window().forget());
    byNamespace = Map.of();
  }

  List<TopicTail> all() {
    return List.copyOf(byNamespace.values());
  }

  /// The topic of a namespace.
  ///
  /// @throws IllegalArgumentException when it is not bound
  TopicTail of(String namespace) {
    TopicTail tail = byNamespace.get(namespace);
    if (tail == null) {
      throw new IllegalArgumentException("no such namespace: '" + namespace + "'");
    }
    return tail;
  }

  /// Whether a record has come since its partition is read; see [TailedPartition#isNews]. Not so
  /// where that partition is read no more.
  boolean isNews(TopicBinding binding, int partition, long offset) {
    TopicTail topic = byNamespace.get(binding.namespace());
    List<TailedPartition> partitions = topic == null ? List.of() : topic.partitions();
    return partition < partitions.size() && partitions.get(partition).isNews(offset);
  }

  List<TailedPartition> partitions() {
    return stream().toList();
  }

  /// How many partitions there are.
  int count() {
    return byNamespace.values().stream().mapToInt(TopicTail::count).sum();
  }

  /// How many partitions there are of this level.
  int count(Isolation isolation) {
    return byNamespace.values().stream()
        .filter(topic -> topic.binding().isolation() == isolation)
        .mapToInt(TopicTail::count)
        .sum();
  }

  /// What their windows hold.
  long sum(ToLongFunction<Window> of) {
    return stream().map(TailedPartition::window).mapToLong(of).sum();
  }

  /// Whether every partition was read up to where its log ended when this node started.
  boolean caughtUp() {
    return stream().allMatch(TailedPartition::caughtUp);
  }

  private Stream<TailedPartition> stream() {
    return byNamespace.values().stream().flatMap(topic -> topic.partitions().stream());
  }
}
