package io.sluice.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.record.TimestampType;

/// A look at Kafka as a node would use it, for who wants to know beforehand what is wrong. It reads
/// and changes nothing. For one thread at a time, which waits: 5 s for an answer at most.
///
/// Every method throws [BridgeStartException] when Kafka does not answer or lets nobody in, and
/// [KafkaException] for what else Kafka says; the message is a line for operators.
public final class KafkaLook implements AutoCloseable {
  /// How long Kafka has for an answer.
  public static final Duration WAIT = Duration.ofSeconds(5);

  /// For the newest records of all topics together, and for those of one.
  private static final Duration SAMPLES = Duration.ofSeconds(6);

  private static final Duration SAMPLE = Duration.ofSeconds(2);
  private static final int RECORDS = 1_000;

  /// A little more than nodes let pass between two heartbeats.
  private static final Duration HEARTBEATS = ControlPlane.HEARTBEAT.plusMillis(500);

  private static final Duration POLL = Duration.ofMillis(200);

  /// A heartbeat that is further behind may as well have been read late.
  private static final Duration BEHIND = Duration.ofMillis(-500);

  /// Less than a node's: who looks has a small heap.
  private static final ByteSize FETCH = ByteSize.mib(4);

  private static final int TIMEOUT_MS = Math.toIntExact(WAIT.toMillis());

  private final BridgeSettings settings;
  private final ClientProperties clients;
  private final Topics topics;
  private final TopicLook look;
  private final LogLook logs;
  private final Map<String, Long> averageBytes = new HashMap<>();
  private Collection<Node> brokers = List.of();
  private String cluster = "";

  /// Connects to Kafka and finds the topics.
  public static KafkaLook open(BridgeSettings settings) {
    KafkaLook look = new KafkaLook(settings);
    try {
      look.find();
      return look;
    } catch (RuntimeException e) {
      look.close();
      throw e;
    }
  }

  private KafkaLook(BridgeSettings settings) {
    this.settings = settings;
    this.clients = new ClientProperties(settings.kafka(), "doctor");
    this.topics = new Topics(settings.kafka(), settings.publish(), clients, WAIT);
    this.look = new TopicLook(settings, topics);
    this.logs = new LogLook(settings, topics, TIMEOUT_MS);
  }

  private void find() {
    long deadline = System.nanoTime() + WAIT.toNanos();
    DescribeClusterResult answer =
        topics.admin().describeCluster(new DescribeClusterOptions().timeoutMs(TIMEOUT_MS));
    brokers = topics.get(answer.nodes(), deadline);
    cluster = topics.get(answer.clusterId(), deadline);
    look.find(TIMEOUT_MS);
  }

  /// Who answered.
  public Remark brokers() {
    return Remark.ok(
        "%d broker%s, cluster %s"
            .formatted(brokers.size(), brokers.size() == 1 ? "" : "s", cluster));
  }

  /// How many partitions the namespaces' topics have together; of those that are not there, none.
  public int partitions() {
    return look.partitions();
  }

  /// The topics: that they are there, their replicas and settings.
  ///
  /// @param published whether clients may publish to a namespace
  public List<Remark> topics(Predicate<String> published) {
    return look.remarks(brokers.size(), published, TIMEOUT_MS);
  }

  /// What this client may do with them.
  ///
  /// @param published whether clients may publish to a namespace
  public List<Remark> rights(Predicate<String> published) {
    return look.rights(published, TIMEOUT_MS);
  }

  /// Whether the newest records, 1,000 of each topic, lie where a node looks for them and are what
  /// it delivers. What was not read within 2 s of a topic, and 6 s of all, is not judged.
  public List<Remark> keys() {
    long deadline = System.nanoTime() + SAMPLES.toNanos();
    List<Remark> remarks = new ArrayList<>();
    String caveat = "";
    LedgerBook book = new LedgerBook();
    try {
      book = ledger();
    } catch (KafkaException e) {
      caveat =
          " (or they are from before the topic got partitions: the ledger, which knows, was not read: %s)"
              .formatted(e.getMessage());
    }
    for (TopicBinding binding : settings.bindings()) {
      if (led(binding).isEmpty()) {
        continue; // is not there, or has no leader, which was said
      }
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        remarks.add(
            Remark.warning(
                "topic '%s' was not looked at: there are many, and no time was left"
                    .formatted(binding.topic()),
                ""));
        continue;
      }
      Duration limit = Duration.ofNanos(Math.min(left, SAMPLE.toNanos()));
      remarks.addAll(sample(binding, book, caveat, limit));
    }
    return remarks;
  }

  private List<Remark> sample(
      TopicBinding binding, LedgerBook book, String caveat, Duration limit) {
    PartitionCounts counts =
        look.description(binding.topic())
            .map(it -> book.counts(it.topicId()).and(PartitionCounts.seen(it.partitions().size())))
            .orElseThrow();
    KeySample sample = new KeySample(binding, settings.kafka().maxChannelLength(), counts);
    try (Consumer<byte[], byte[]> consumer = consumer("sample", binding.isolation())) {
      NewestRecords.read(consumer, led(binding), RECORDS, limit, sample::add);
    } catch (AuthorizationException _) {
      return List.of(
          Remark.warning(
              "topic '%s' was not looked at: ACL Read is missing".formatted(binding.topic()), ""));
    } catch (KafkaException e) {
      return List.of(
          Remark.warning(
              "topic '%s' was not looked at: %s".formatted(binding.topic(), e.getMessage()), ""));
    }
    averageBytes.put(binding.topic(), sample.averageBytes());
    return sample.remarks(caveat);
  }

  private LedgerBook ledger() {
    String topic = settings.kafka().ledgerTopic();
    List<TopicPartition> partitions = look.led(topic);
    if (partitions.isEmpty()) {
      return new LedgerBook();
    }
    try (Consumer<byte[], byte[]> consumer = consumer("ledger", Isolation.READ_UNCOMMITTED)) {
      return PastCounts.read(consumer, partitions, SAMPLE);
    }
  }

  /// For how long clients of each namespace may be away, and which open transactions hold back
  /// records. After [#keys], which finds out how large records are.
  ///
  /// @param replays of the namespaces whose clients are told what they missed
  public List<Remark> logs(Map<String, ReplayLimits> replays) {
    List<Remark> remarks = new ArrayList<>();
    for (TopicBinding binding : settings.bindings()) {
      List<TopicPartition> partitions = led(binding);
      if (partitions.isEmpty()) {
        continue;
      }
      long now = System.currentTimeMillis();
      Map<TopicPartition, LogLook.Log> found;
      try {
        found = logs.logs(partitions, now);
      } catch (AuthorizationException _) {
        continue; // the right that is missing is told with the others
      }
      ReplayLimits limits = replays.get(binding.namespace());
      if (limits != null) {
        remarks.add(
            LogLook.horizon(
                binding, limits, found.values(), averageBytes.getOrDefault(binding.topic(), 0L)));
      }
      if (binding.isolation() == Isolation.READ_COMMITTED) {
        remarks.addAll(transactions(found, now));
      }
    }
    if (remarks.isEmpty()) {
      remarks.add(Remark.ok("no transaction is left open"));
    }
    return remarks;
  }

  private List<Remark> transactions(Map<TopicPartition, LogLook.Log> found, long now) {
    try {
      return logs.transactions(found, now);
    } catch (AuthorizationException _) {
      return List.of(); // needs Read, which is told with the others
    }
  }

  /// How far the broker that has the control topic is ahead of this machine, by the next heartbeat
  /// of a node that it stamps; negative = behind. Nothing when none comes within 2.5 s. One that
  /// was read late makes the broker look behind, so then the next ones are looked at too.
  public Optional<Duration> clockAhead() {
    String control = settings.kafka().controlTopic();
    List<TopicPartition> partitions = look.led(control);
    if (partitions.isEmpty()) {
      return Optional.empty();
    }
    Optional<Duration> ahead = Optional.empty();
    try (Consumer<byte[], byte[]> consumer = consumer("clock", Isolation.READ_UNCOMMITTED)) {
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, WAIT);
      consumer.assign(partitions);
      ends.forEach((tp, end) -> consumer.seek(tp, end));
      long deadline = System.nanoTime() + HEARTBEATS.toNanos();
      while (deadline - System.nanoTime() > 0) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (record.timestampType() == TimestampType.LOG_APPEND_TIME) {
            Duration seen = Duration.ofMillis(record.timestamp() - System.currentTimeMillis());
            if (ahead.isEmpty()) {
              deadline = System.nanoTime() + HEARTBEATS.toNanos();
            }
            ahead = Optional.of(ahead.filter(it -> it.compareTo(seen) > 0).orElse(seen));
          }
        }
        if (ahead.isPresent() && ahead.get().compareTo(BEHIND) > 0) {
          break;
        }
      }
      return ahead;
    } catch (AuthorizationException _) {
      return Optional.empty(); // the right that is missing is told with the others
    }
  }

  private Consumer<byte[], byte[]> consumer(String role, Isolation isolation) {
    return new KafkaConsumer<>(clients.consumer(role, isolation, FETCH));
  }

  private List<TopicPartition> led(TopicBinding binding) {
    return look.led(binding.topic());
  }

  @Override
  public void close() {
    topics.close();
  }
}
