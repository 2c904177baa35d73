package io.sluice.broker;

/// Told by tailers what happened to a partition. Called on tailer threads; must return at once and
/// never throw.
public interface TailListener {
  /// The tail was moved; there may be no record between (transaction markers, dead letters), and
  /// the first of them may have been evicted again. Every record is between some `from` and `to`.
  ///
  /// @param from the tail before
  /// @param to the tail
  void appended(TailedPartition partition, Window window, long from, long to);

  /// The partition's log broke off: a new window with another epoch has taken the old one's place.
  void replaced(TailedPartition partition, Window old);

  /// Partitions were added to a namespace's topic; channels may have moved.
  ///
  /// @param before the number of partitions before
  /// @param now the number of partitions now
  void repartitioned(TopicBinding binding, int before, int now);
}
