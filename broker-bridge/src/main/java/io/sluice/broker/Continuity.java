package io.sluice.broker;

import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/// Whether records that have come go on where a window ends, or are of a log that was truncated
/// below. Consumers are told of truncations only when the log became shorter than what they have
/// read; the leader epochs of records tell the rest.
///
/// @param leaderships under which everything was written up to the end of these records
/// @param cut from where on what was read before, here or by another node, is other in this log
record Continuity(Leaderships leaderships, Optional<Long> cut) {
  /// Looks at what came of one partition.
  ///
  /// @param next where reading goes on
  static Continuity of(
      Window window,
      List<ConsumerRecord<byte[], byte[]>> records,
      OffsetAndMetadata next,
      Lineages lineages) {
    Leaderships read = window.leaderships();
    long at = window.tail();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      int leadership = record.leaderEpoch().orElse(-1);
      if (leadership > read.last()) {
        if (lineages.wasReadBeyond(window.identity(), leadership, record.offset())) {
          return new Continuity(read, Optional.of(at));
        }
        read = read.then(leadership, lineages.first(window.identity(), leadership, at));
      } else if (leadership >= 0 && leadership < read.last()) {
        return new Continuity(read.upTo(leadership), Optional.of(read.firstAfter(leadership)));
      }
      at = record.offset() + 1;
    }
    return new Continuity(read.then(next.leaderEpoch().orElse(-1), at), Optional.empty());
  }
}
