package io.sluice.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.DescribeProducersOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/// The logs of namespaces' topics: how far back a client that was away may be given what it missed,
/// and which transactions are left open. For one thread, which waits; changes nothing.
final class LogLook {
  /// What the horizon is measured by: shorter is short, and what came within is the rate.
  static final Duration RECENT = Duration.ofMinutes(10);

  /// A transaction that nothing was written in for so long may have lost its producer.
  static final Duration IDLE = Duration.ofMinutes(1);

  /// The longest that brokers let a transaction last by default (`transaction.max.timeout.ms`).
  static final Duration HANGING = Duration.ofMinutes(15);

  /// One partition's log, in offsets.
  ///
  /// @param start where it begins
  /// @param end where it ended, transactions aside, before the others were asked for
  /// @param stable up to where it may be read when only committed records are
  /// @param recent the first record of the last [#RECENT]; −1 = there was none
  record Log(long start, long end, long stable, long recent) {
    long held() {
      return Math.max(0, end - stable);
    }

    long inRecent() {
      return recent < 0 ? 0 : Math.max(0, end - recent);
    }
  }

  private final BridgeSettings settings;
  private final Topics topics;
  private final int timeoutMs;

  LogLook(BridgeSettings settings, Topics topics, int timeoutMs) {
    this.settings = settings;
    this.topics = topics;
    this.timeoutMs = timeoutMs;
  }

  /// Asks where logs begin and end.
  ///
  /// @throws BridgeStartException when Kafka does not answer
  Map<TopicPartition, Log> logs(Collection<TopicPartition> partitions, long nowMs) {
    OffsetSpec recent = OffsetSpec.forTimestamp(nowMs - RECENT.toMillis());
    var ends = offsets(partitions, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
    var starts = offsets(partitions, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED);
    var recents = offsets(partitions, recent, IsolationLevel.READ_UNCOMMITTED);
    var stables = offsets(partitions, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
    Map<TopicPartition, Log> logs = new HashMap<>();
    for (TopicPartition tp : partitions) {
      logs.put(
          tp,
          new Log(
              starts.getOrDefault(tp, 0L),
              ends.getOrDefault(tp, 0L),
              stables.getOrDefault(tp, 0L),
              recents.getOrDefault(tp, -1L)));
    }
    return logs;
  }

  private Map<TopicPartition, Long> offsets(
      Collection<TopicPartition> partitions, OffsetSpec which, IsolationLevel level) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(tp -> asked.put(tp, which));
    ListOffsetsResult answers =
        topics.admin().listOffsets(asked, new ListOffsetsOptions(level).timeoutMs(timeoutMs));
    long deadline = System.nanoTime() + timeoutMs * 1_000_000L;
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (TopicPartition tp : partitions) {
      offsets.put(tp, topics.get(answers.partitionResult(tp), deadline).offset());
    }
    return offsets;
  }

  /// For how long a client of a namespace may be away. Pure.
  ///
  /// @param logs of its topic, all partitions
  /// @param averageBytes of its records; 0 = not known
  static Remark horizon(
      TopicBinding binding, ReplayLimits limits, Collection<Log> logs, long averageBytes) {
    String name = "namespaces." + binding.namespace();
    long most = limits.most(averageBytes);
    if (most == 0) {
      return Remark.ok(name + ": who comes back is given what is in the windows (replay: none)");
    }
    Optional<Duration> shortest = Optional.empty();
    long least = most;
    for (Log log : logs) {
      long records = Horizon.records(most, log.start() > 0, log.start(), log.end());
      Optional<Duration> age = Horizon.age(records, (double) log.inRecent() / RECENT.toMillis());
      if (age.isPresent() && (shortest.isEmpty() || age.get().compareTo(shortest.get()) < 0)) {
        shortest = age;
        least = records;
      }
    }
    if (shortest.isEmpty()) {
      return Remark.ok(
          "%s: %d records of a partition may have been missed; none came in the last %d min"
              .formatted(name, most, RECENT.toMinutes()));
    }
    String said =
        "%s: who is away for more than %s may have lost publications (%d records of its partition)"
            .formatted(name, text(shortest.get()), least);
    return shortest.get().compareTo(RECENT) >= 0
        ? Remark.ok(said)
        : Remark.warning(said, longer(name, binding, limits, averageBytes, least < most));
  }

  private static String longer(
      String name, TopicBinding binding, ReplayLimits limits, long averageBytes, boolean byKafka) {
    if (byKafka) {
      return "give topic '%s' more retention".formatted(binding.topic());
    }
    boolean bySize = limits.bytes().bytes() / Math.max(1, averageBytes) < limits.records();
    return "raise "
        + name
        + (bySize
            ? ".replay.max-bytes: " + limits.bytes()
            : ".replay.max-scan: " + limits.records());
  }

  /// Transactions in which nothing has been written for long, in these partitions.
  ///
  /// @throws BridgeStartException when Kafka does not answer
  List<Remark> transactions(Map<TopicPartition, Log> logs, long nowMs) {
    List<TopicPartition> held =
        logs.entrySet().stream()
            .filter(it -> it.getValue().held() > 0)
            .map(Map.Entry::getKey)
            .toList();
    if (held.isEmpty()) {
      return List.of();
    }
    var answers =
        topics.admin().describeProducers(held, new DescribeProducersOptions().timeoutMs(timeoutMs));
    long deadline = System.nanoTime() + timeoutMs * 1_000_000L;
    List<Remark> remarks = new ArrayList<>();
    for (TopicPartition tp : held) {
      Log log = logs.get(tp);
      if (log == null) {
        continue;
      }
      for (ProducerState producer :
          topics.get(answers.partitionResult(tp), deadline).activeProducers()) {
        if (producer.currentTransactionStartOffset().isPresent()) {
          idle(tp, log.held(), producer, nowMs).ifPresent(remarks::add);
        }
      }
    }
    return remarks;
  }

  private Optional<Remark> idle(TopicPartition tp, long held, ProducerState producer, long nowMs) {
    return idle(
        tp,
        held,
        Duration.ofMillis(Math.max(0, nowMs - producer.lastTimestamp())),
        "kafka-transactions.sh --bootstrap-server %s abort --topic %s --partition %d --start-offset %d"
            .formatted(
                settings.kafka().bootstrapServers(),
                tp.topic(),
                tp.partition(),
                producer.currentTransactionStartOffset().orElse(-1)));
  }

  /// Pure.
  static Optional<Remark> idle(TopicPartition tp, long held, Duration idle, String abort) {
    if (idle.compareTo(IDLE) < 0) {
      return Optional.empty();
    }
    String said =
        "topic '%s', partition %d: a transaction in which nothing was written for %s holds back %d records from everybody"
            .formatted(tp.topic(), tp.partition(), text(idle), held);
    String fix = "end its producer, or " + abort;
    return Optional.of(
        idle.compareTo(HANGING) < 0 ? Remark.warning(said, fix) : Remark.error(said, fix));
  }

  /// `45 s`, `12 min`, `7 h`, `3 d`.
  static String text(Duration duration) {
    if (duration.compareTo(Duration.ofMinutes(2)) < 0) {
      return duration.toSeconds() + " s";
    }
    if (duration.compareTo(Duration.ofHours(2)) < 0) {
      return duration.toMinutes() + " min";
    }
    return duration.compareTo(Duration.ofDays(2)) < 0
        ? duration.toHours() + " h"
        : duration.toDays() + " d";
  }
}
