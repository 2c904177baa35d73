package io.sluice.gateway;

import io.sluice.embedded.EmbeddedKafka;
import io.sluice.embedded.EmbeddedRedis;
import io.sluice.gateway.auth.TokenSigner;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.GatewayConfig;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/// A real Kafka and a real Redis for all tests of this JVM, and a way to start nodes on them.
public final class TestStack {
  static final String SECRET = "a-secret-of-at-least-thirty-two-bytes!";
  static final String API_KEY = "test-api-key";

  private static final class Held {
    static final EmbeddedKafka KAFKA = hasty(EmbeddedKafka.builder()).start();
    static final EmbeddedRedis REDIS = EmbeddedRedis.builder().start();
    static final KafkaProducer<byte[], byte[]> PRODUCER =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", KAFKA.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  private TestStack() {}

  /// Kafka looks only now and then what is to be deleted, compacted or given up; tests do not wait
  /// so long.
  static EmbeddedKafka.Builder hasty(EmbeddedKafka.Builder builder) {
    return builder
        .brokerProperty("log.initial.task.delay.ms", "500")
        .brokerProperty("log.retention.check.interval.ms", "500")
        .brokerProperty("log.cleaner.backoff.ms", "500")
        .brokerProperty("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500");
  }

  static EmbeddedKafka kafka() {
    return Held.KAFKA;
  }

  static EmbeddedRedis redis() {
    return Held.REDIS;
  }

  /// A node that is ready.
  ///
  /// @param topicPrefix keeps the topics of one test class from those of another
  /// @param settings over the defaults of [#config]
  public static Gateway node(String topicPrefix, Map<String, String> settings)
      throws StartException {
    Gateway gateway = Gateway.start(config(topicPrefix, settings));
    EdgeProbe probe = new EdgeProbe(gateway.apiPort());
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> probe.get("/health/ready").startsWith("HTTP/1.1 200"));
    return gateway;
  }

  static GatewayConfig config(String topicPrefix, Map<String, String> settings) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("edge.host", "127.0.0.1");
    all.put("edge.port", "0");
    all.put("edge.allowed-origins", "loopback");
    all.put("edge.token-in-url", "true");
    all.put("edge.echo", "true");
    all.put("edge.loops", "2");
    all.put("edge.max-connections", "5000"); // the heap of a test is small
    all.put("edge.max-pending", "5000");
    all.put("edge.outboxes", "64MiB");
    all.put("kafka.fetch-bytes", "4MiB");
    all.put("api.port", "0");
    all.put("api.key", API_KEY);
    all.put("kafka.bootstrap-servers", kafka().bootstrapServers());
    all.put("kafka.create-topics", "true");
    all.put("kafka.partitions", "4");
    all.put("kafka.control-topic", topicPrefix + ".control");
    all.put("kafka.dead-letter-topic", topicPrefix + ".dead-letters");
    all.put("kafka.ledger-topic", topicPrefix + ".ledger");
    all.put("kafka.sessions-topic", "test.sessions"); // of all, which are told apart by user
    all.put("redis.uri", redis().uri());
    all.put("redis.timeout", "5s"); // the machine may be busy with other tests
    all.put("tokens.hmac-secret", SECRET);
    all.put("watchdog.exit-after", "0s"); // these tests are many in one process
    all.put("drain.announce", "0s");
    all.put("drain.duration", "0s");
    all.put("shed.loop-lag", "0s"); // the machine may be busy with other tests
    all.put("namespaces.default.topic", topicPrefix + ".default");
    all.put("namespaces.default.publish", "authenticated");
    all.put("namespaces.default.keyless", "keyless");
    all.put("namespaces.closed.topic", topicPrefix + ".closed");
    all.put("namespaces.closed.subscribe", "nobody");
    all.put("namespaces.text.topic", topicPrefix + ".text");
    all.put("namespaces.text.payload", "text");
    all.put("namespaces.text.publish", "authenticated");
    all.putAll(settings);
    StringBuilder yaml = new StringBuilder();
    all.forEach((key, value) -> yaml.append(key).append(": \"").append(value).append("\"\n"));
    return ConfigLoader.parse(yaml.toString(), Map.of(), Map.of());
  }

  public static String token(String user, String... channels) {
    return new TokenSigner(config("unused", Map.of()).tokens(), Clock.systemUTC())
        .sign(user, Duration.ofMinutes(5), List.of(channels));
  }

  /// A token that ends soon.
  static String token(String user, Duration ttl) {
    return new TokenSigner(config("unused", Map.of()).tokens(), Clock.systemUTC())
        .sign(user, ttl, List.of());
  }

  /// A token that grants one channel.
  static String channelToken(String user, String channel, Duration ttl) {
    return new TokenSigner(config("unused", Map.of()).tokens(), Clock.systemUTC())
        .signChannel(user, channel, ttl);
  }

  /// A record as any service would produce it.
  public static RecordMetadata produce(String topic, String key, String value) throws Exception {
    return Held.PRODUCER
        .send(new ProducerRecord<>(topic, bytes(key), bytes(value)))
        .get(10, TimeUnit.SECONDS);
  }

  /// A record of no channel.
  public static RecordMetadata produceKeyless(String topic, String value) throws Exception {
    return produce(new ProducerRecord<>(topic, bytes(value)));
  }

  /// Many of them, and as fast as Kafka takes them.
  static void produce(String topic, String key, String value, int count) throws Exception {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sent.add(Held.PRODUCER.send(new ProducerRecord<>(topic, bytes(key), bytes(value))));
    }
    for (Future<RecordMetadata> one : sent) {
      var _ = one.get(10, TimeUnit.SECONDS);
    }
  }

  public static RecordMetadata produce(ProducerRecord<byte[], byte[]> record) throws Exception {
    return Held.PRODUCER.send(record).get(10, TimeUnit.SECONDS);
  }

  /// Records that the broker appends, and readers get, in one batch.
  static void produceBatch(String topic, String key, String value, int count) throws Exception {
    produceBatch(topic, key, Collections.nCopies(count, value));
  }

  public static void produceBatch(String topic, String key, List<String> values) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                kafka().bootstrapServers(),
                "linger.ms",
                2_000,
                "batch.size",
                4 << 20,
                "max.request.size",
                8 << 20),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (String value : values) {
        var _ = producer.send(new ProducerRecord<>(topic, bytes(key), bytes(value)));
      }
      producer.flush();
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }
}
