package io.sluice.broker;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// The newest records of one namespace's topic, judged as a node would: which are delivered, and
/// what is wrong with the others. For one thread.
final class KeySample {
  /// From such a share on it is no accident any more, but what a producer does.
  private static final double MANY = 0.1;

  private final TopicBinding binding;
  private final RecordRouter router;
  private final PartitionCounts counts;
  private final int[] all;
  private final Set<PartitionerCheck.Found> keys = new HashSet<>();
  private final Map<DeadLetterReason, Integer> wrong = new EnumMap<>(DeadLetterReason.class);
  private final Map<DeadLetterReason, String> first = new EnumMap<>(DeadLetterReason.class);
  private int records;
  private long bytes;

  /// @param counts how many partitions the topic has and had
  KeySample(TopicBinding binding, int maxChannelLength, PartitionCounts counts) {
    this.binding = binding;
    this.router = new RecordRouter(binding, maxChannelLength);
    this.counts = counts;
    this.all = counts.from(1).toArray();
  }

  void add(ConsumerRecord<byte[], byte[]> record) {
    records++;
    bytes +=
        Math.max(0, record.serializedKeySize()) + (long) Math.max(0, record.serializedValueSize());
    if (record.key() != null) {
      keys.add(new PartitionerCheck.Found(ByteBuffer.wrap(record.key()), record.partition()));
    }
    reason(record)
        .ifPresent(reason -> {
          wrong.merge(reason, 1, Integer::sum);
          first.putIfAbsent(
              reason, "%s/%d/%d".formatted(record.topic(), record.partition(), record.offset()));
        });
  }

  /// A record that lies where it belonged when there were fewer partitions is nobody's mistake.
  private Optional<DeadLetterReason> reason(ConsumerRecord<byte[], byte[]> record) {
    Optional<DeadLetterReason> reason = Optional.empty();
    for (int i = all.length - 1; i >= 0; i--) {
      reason = reason(record, all[i]);
      if (reason.filter(it -> it == DeadLetterReason.MISPLACED).isEmpty()) {
        return reason;
      }
    }
    return reason;
  }

  private Optional<DeadLetterReason> reason(ConsumerRecord<byte[], byte[]> record, int count) {
    return switch (router.route(record, count)) {
      case Route.Dead(DeadLetterReason reason, String _) -> Optional.of(reason);
      case Route.Deliver _, Route.Keyless _ -> {
        byte[] value = record.value();
        boolean good = value == null || PayloadCheck.ok(binding.payload(), value, 0, value.length);
        yield good ? Optional.empty() : Optional.of(DeadLetterReason.BAD_PAYLOAD);
      }
      case Route.Tombstone _ -> Optional.empty();
    };
  }

  /// What a record has in bytes on average, key and value; 0 where there is none.
  long averageBytes() {
    return records == 0 ? 0 : bytes / records;
  }

  /// What there is to be said, a line for each thing that is wrong.
  ///
  /// @param caveat goes to what may be an old record in its right place; "" = none
  List<Remark> remarks(String caveat) {
    if (records == 0) {
      return List.of(Remark.ok("%s has no records yet".formatted(named())));
    }
    if (wrong.isEmpty()) {
      return List.of(
          Remark.ok(
              "%s: the newest %d records are delivered, their keys lie where %s puts them"
                  .formatted(named(), records, binding.partitioner().configName())));
    }
    List<Remark> remarks = new ArrayList<>();
    wrong.forEach((reason, count) -> remarks.add(remark(reason, count, caveat)));
    return remarks;
  }

  private Remark remark(DeadLetterReason reason, int count, String caveat) {
    Optional<Partitioner> fit =
        reason == DeadLetterReason.MISPLACED
            ? PartitionerCheck.betterFit(binding.partitioner(), counts.seen(), keys)
            : Optional.empty();
    if (fit.isPresent()) {
      return Remark.error(
          PartitionerCheck.misfit(binding, fit.get(), counts.seen(), keys)
              + ": a node does not start",
          "set namespaces.%s.partitioner: %s, or change the producers"
              .formatted(binding.namespace(), fit.get().configName()));
    }
    String said =
        "%s: %d of the newest %d records are not delivered, %s, the first %s%s"
            .formatted(
                named(),
                count,
                records,
                reason.wireName(),
                first.getOrDefault(reason, ""),
                reason == DeadLetterReason.MISPLACED ? caveat : "");
    return count >= MANY * records
        ? Remark.error(said, reason.fix(binding))
        : Remark.warning(said, reason.fix(binding));
  }

  private String named() {
    return "topic '%s' (namespaces.%s.topic)".formatted(binding.topic(), binding.namespace());
  }
}
