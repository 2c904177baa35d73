package io.sluice.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;

/// A topic this node reads: its id, its partitions now, and the counts it is known to have had
/// before. Written by the topic watch only; read by any thread.
final class TopicTail {
  /// Counts farther apart are not gone through: a client's text may name any.
  private static final int MAX_STEPS = 4_096;

  private record State(Uuid id, List<TailedPartition> partitions, PartitionCounts counts) {
    State {
      partitions = List.copyOf(partitions);
    }
  }

  private final TopicBinding binding;
  private final RecordRouter router;
  private volatile State state;

  TopicTail(TopicBinding binding, RecordRouter router, Uuid id, List<TailedPartition> partitions) {
    this(binding, router, id, partitions, PartitionCounts.seen(partitions.size()));
  }

  /// @param counts how many partitions the topic is known to have had, the present number or not
  TopicTail(
      TopicBinding binding,
      RecordRouter router,
      Uuid id,
      List<TailedPartition> partitions,
      PartitionCounts counts) {
    this.binding = binding;
    this.router = router;
    this.state = new State(id, partitions, counts.and(PartitionCounts.seen(partitions.size())));
  }

  TopicBinding binding() {
    return binding;
  }

  RecordRouter router() {
    return router;
  }

  Uuid id() {
    return state.id();
  }

  /// How many partitions there are.
  int count() {
    return state.partitions().size();
  }

  List<TailedPartition> partitions() {
    return state.partitions();
  }

  /// How many partitions there are and were.
  PartitionCounts counts() {
    return state.counts();
  }

  /// The partition a key lies in now.
  TailedPartition partitionOf(byte[] key) {
    List<TailedPartition> now = state.partitions();
    return now.get(binding.partitioner().partition(key, now.size()));
  }

  TailedPartition partition(int number) {
    return state.partitions().get(number);
  }

  /// Whether a key lay in a partition under a count of the past.
  boolean layThere(byte[] key, int partition) {
    return state.counts().seen().stream()
        .anyMatch(count -> binding.partitioner().partition(key, count) == partition);
  }

  /// Whether a channel with this key has certainly been in its present partition ever since the
  /// topic had this count. One that nobody has seen may have grown to the present one in any steps,
  /// so then the key must lie there under every count between.
  boolean neverMoved(byte[] key, int count) {
    State known = state;
    int present = known.partitions().size();
    int now = binding.partitioner().partition(key, present);
    IntStream between =
        known.counts().maybe(count) && count <= present
            ? known.counts().from(count)
            : IntStream.rangeClosed(Math.min(count, present), Math.max(count, present));
    return Math.abs((long) count - present) <= MAX_STEPS
        && between.allMatch(past -> binding.partitioner().partition(key, past) == now);
  }

  void grow(List<TailedPartition> added) {
    State before = state;
    List<TailedPartition> all = new ArrayList<>(before.partitions());
    all.addAll(added);
    state = new State(before.id(), all, before.counts().and(PartitionCounts.seen(all.size())));
  }

  /// The topic was deleted and created again.
  void recreated(Uuid id, List<TailedPartition> partitions) {
    state = new State(id, partitions, PartitionCounts.seen(partitions.size()));
  }
}
