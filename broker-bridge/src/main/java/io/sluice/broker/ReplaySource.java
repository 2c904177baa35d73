package io.sluice.broker;

import java.util.Optional;
import java.util.Set;

/// Gives back from the log what has left the windows. For any thread; nothing here waits.
public interface ReplaySource {
  /// One that has nothing: what is below a window cannot be had.
  ReplaySource NONE =
      new ReplaySource() {
        @Override
        public boolean hasRoom() {
          return false;
        }

        @Override
        public Optional<Replay> begin(
            TailedPartition partition,
            Window window,
            Set<String> keys,
            long from,
            Runnable progress) {
          return Optional.empty();
        }
      };

  /// Whether one more would be read for.
  boolean hasRoom();

  /// Begins to read the records of some channels.
  ///
  /// @param window the partition's, when the position was judged: of a later one nothing is given
  /// @param keys key parts of channels that lie in this partition
  /// @param from the Kafka offset to begin at
  /// @param progress called whenever [Replay#next] may have become another, by any thread; must
  ///   return at once and never throw
  /// @return nothing when as many as may are being read for already
  Optional<Replay> begin(
      TailedPartition partition, Window window, Set<String> keys, long from, Runnable progress);
}
