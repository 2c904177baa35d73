package io.sluice.broker;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// The properties of every Kafka client of a node: the operator's pass-through ones first, then
/// what Sluice's promises rest on, which cannot be overridden. Pure; logs nothing.
final class ClientProperties {
  /// What a record needs beside its value: key, headers within their bounds, the record's own.
  static final int RECORD_OVERHEAD = 128 << 10;

  /// Less a fetch and partition would make reading a long log slow.
  static final ByteSize LEAST_OF_A_PARTITION = ByteSize.kib(64);

  /// What producers hold that was not sent yet: at least, and for chores in any case. Those are 100
  /// dead letters of 12 KB and a heartbeat.
  static final ByteSize PUBLISHER_BUFFER = ByteSize.mib(16);

  static final ByteSize CHORES_BUFFER = ByteSize.mib(8);

  /// Of what is put back; the topic took it once, so this is only to be larger than any.
  private static final ByteSize LARGEST_RECORD = ByteSize.mib(64);

  private static final int RECORDS_OF_A_STRETCH = 10_000;

  /// A scan that comes to the log's end asks there once too often, and the next one waits for the
  /// answer: by default half a second.
  private static final int BRIEF_WAIT_MS = 20;

  /// The broker takes back what is not committed by then.
  static final Duration REDRIVE_TRANSACTION = Duration.ofSeconds(10);

  private static final int REQUEST_TIMEOUT_MS = 5_000;
  private static final int METADATA_MAX_AGE_MS = 10_000;

  /// Nobody asks anything between two replays, so a connection may have been forgotten on the way:
  /// another one must be made within the patience of a scan.
  private static final int REPLAY_REQUEST_TIMEOUT_MS = 1_500;

  /// An Admin client that is connected waits for its first answer for an hour, and each question
  /// that is given up meanwhile forgets how long it has waited. So what says nothing is closed:
  /// later than topics are looked at again, so that a connection which works stays.
  private static final Duration ADMIN_MAX_IDLE = TopicWatch.EVERY.plusSeconds(3);

  /// How long a broker may take to let a client in (TCP, TLS, login) before it tries again, or
  /// another: within what a call may take, so that a broker which is gone without a word costs no
  /// call. Kafka's own are 10 and 30 s, which a client that tries while the network is away would
  /// go on waiting for when it is back. Can be passed through.
  private static final Duration CONNECTING = Duration.ofSeconds(3);

  private static final Duration CONNECTING_MAX = Duration.ofSeconds(4);

  /// A node is in no group and in no transaction, whatever is passed through.
  private static final Set<String> NEVER =
      Set.of(
          ConsumerConfig.GROUP_ID_CONFIG,
          ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
          ConsumerConfig.GROUP_PROTOCOL_CONFIG,
          ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG,
          ProducerConfig.TRANSACTIONAL_ID_CONFIG,
          ProducerConfig.PARTITIONER_CLASS_CONFIG,
          ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG);

  private final KafkaSettings kafka;
  private final String nodeId;

  ClientProperties(KafkaSettings kafka, String nodeId) {
    this.kafka = kafka;
    this.nodeId = nodeId;
  }

  /// A consumer that assigns and seeks by itself.
  ///
  /// @param role goes into the client id, such as `tailer-0`
  /// @param fetchMax the most bytes of one fetch, over all partitions
  Map<String, Object> consumer(String role, Isolation isolation, ByteSize fetchMax) {
    return consumer(role, isolation, fetchMax, 1);
  }

  /// The same for many partitions. Kafka's consumer holds one fetch of each partition at most,
  /// however many brokers answer at once, so it holds `fetchMax` together; or 64 KiB of each, where
  /// that is more. A batch of records that is larger comes whole.
  Map<String, Object> consumer(
      String role, Isolation isolation, ByteSize fetchMax, int partitions) {
    Map<String, Object> p = base(role, ConsumerConfig.configNames());
    p.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    p.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    p.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    p.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    p.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    p.put(
        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
        switch (isolation) {
          case READ_COMMITTED -> "read_committed";
          case READ_UNCOMMITTED -> "read_uncommitted";
        });
    p.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
    p.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
    p.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, METADATA_MAX_AGE_MS);
    p.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
    p.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, fetchMax.asInt());
    p.put(
        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
        Math.clamp(
            fetchMax.bytes() / Math.max(1, partitions),
            LEAST_OF_A_PARTITION.asInt(),
            ConsumerConfig.DEFAULT_MAX_PARTITION_FETCH_BYTES));
    return p;
  }

  /// A consumer for a reading or two that is closed then: that waits for the fetch which is under
  /// way, at the log's end for half a second by default, which a starting node would wait for each
  /// time.
  Map<String, Object> brief(String role, Isolation isolation, ByteSize fetchMax) {
    Map<String, Object> p = consumer(role, isolation, fetchMax);
    p.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, BRIEF_WAIT_MS);
    return p;
  }

  /// A consumer that reads a stretch of one partition again, as much at a time as it fetches.
  ///
  /// @param scan its number
  Map<String, Object> replay(int scan, Isolation isolation) {
    Map<String, Object> p = consumer("replay-" + scan, isolation, ReplaySettings.FETCH);
    p.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS_OF_A_STRETCH);
    p.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, BRIEF_WAIT_MS);
    p.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, REPLAY_REQUEST_TIMEOUT_MS);
    return p;
  }

  /// A consumer that reads the dead letters to their end, now and then.
  Map<String, Object> letters(Isolation isolation) {
    Map<String, Object> p =
        consumer("dead-letters", isolation, DeadLetterBook.FETCH, kafka.partitions());
    p.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, BRIEF_WAIT_MS); // closing waits for it, too
    return p;
  }

  /// The producer for what clients publish.
  Map<String, Object> publisher(PublishSettings publish) {
    int request = maxRequest(publish);
    Map<String, Object> p =
        producer(
            "publisher", publish.maxBlock(), publish.deliveryTimeout(), publish.requestTimeout());
    p.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, request);
    p.put(ProducerConfig.BUFFER_MEMORY_CONFIG, publisherBuffer(publish));
    return p;
  }

  private static int maxRequest(PublishSettings publish) {
    return Math.max(1 << 20, publish.maxPayload().asInt() + RECORD_OVERHEAD);
  }

  /// At least four of the largest.
  static long publisherBuffer(PublishSettings publish) {
    return Math.max(PUBLISHER_BUFFER.bytes(), 4L * maxRequest(publish));
  }

  /// The producer for heartbeats and dead letters: small records whose loss can be borne, so it
  /// gives up soon.
  Map<String, Object> chores() {
    Map<String, Object> p =
        producer("chores", Duration.ofSeconds(1), Duration.ofSeconds(4), Duration.ofSeconds(2));
    p.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 1 << 20);
    p.put(ProducerConfig.BUFFER_MEMORY_CONFIG, CHORES_BUFFER.bytes());
    return p;
  }

  /// The producer that puts dead letters' records back. All with the same dead letters share its
  /// transactional id, so the one that began last fences the others. What one that died left open
  /// holds up readers of committed records for as long as the broker waits for it, so that is
  /// short.
  Map<String, Object> redrive() {
    Map<String, Object> p =
        producer("redrive", Duration.ofSeconds(10), Duration.ofSeconds(8), Duration.ofSeconds(4));
    p.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "sluice-redrive-" + kafka.deadLetterTopic());
    p.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, millis(REDRIVE_TRANSACTION));
    p.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_RECORD.asInt());
    p.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 2 * LARGEST_RECORD.bytes());
    return p;
  }

  /// The admin client.
  ///
  /// @param timeout for one call, retries included
  Map<String, Object> admin(Duration timeout) {
    Map<String, Object> p = base("admin", AdminClientConfig.configNames());
    p.put(
        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(REQUEST_TIMEOUT_MS, millis(timeout)));
    p.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis(timeout));
    p.put(AdminClientConfig.METADATA_MAX_AGE_CONFIG, METADATA_MAX_AGE_MS);
    p.put(AdminClientConfig.CONNECTIONS_MAX_IDLE_MS_CONFIG, ADMIN_MAX_IDLE.toMillis());
    return p;
  }

  private Map<String, Object> producer(
      String role, Duration maxBlock, Duration deliveryTimeout, Duration requestTimeout) {
    Map<String, Object> p = base(role, ProducerConfig.configNames());
    p.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    p.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    p.put(ProducerConfig.ACKS_CONFIG, "all");
    p.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    p.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE);
    p.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 5); // the most that keeps order
    p.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    p.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, maxBlock.toMillis());
    p.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis(deliveryTimeout));
    p.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(requestTimeout));
    p.put(ProducerConfig.METADATA_MAX_AGE_CONFIG, METADATA_MAX_AGE_MS);
    return p;
  }

  /// The pass-through properties, less those that only another kind of client knows: Kafka would
  /// warn of each. A property that no client knows stays, because a plug-in may read it.
  private Map<String, Object> base(String role, Set<String> known) {
    Map<String, Object> p = new HashMap<>();
    p.put("socket.connection.setup.timeout.ms", CONNECTING.toMillis());
    p.put("socket.connection.setup.timeout.max.ms", CONNECTING_MAX.toMillis());
    kafka
        .properties()
        .forEach((name, value) -> {
          if (known.contains(name) || !knownToAny(name)) {
            p.put(name, value);
          }
        });
    NEVER.forEach(p::remove);
    p.put("bootstrap.servers", kafka.bootstrapServers());
    p.put("client.id", "sluice-" + nodeId + "-" + role);
    return p;
  }

  private static boolean knownToAny(String name) {
    return ConsumerConfig.configNames().contains(name)
        || ProducerConfig.configNames().contains(name)
        || AdminClientConfig.configNames().contains(name);
  }

  private static int millis(Duration duration) {
    return Math.toIntExact(duration.toMillis());
  }
}
