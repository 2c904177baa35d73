package io.sluice.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PublisherTest {
  private static final PublishSettings SETTINGS =
      new PublishSettings(
          1_000,
          ByteSize.kib(64),
          Duration.ofMillis(500),
          Duration.ofSeconds(2),
          Duration.ofSeconds(1));

  private static final TopicBinding SILENT = TopicBinding.of("orders", "silent");

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Map<String, Integer> partitions = new ConcurrentHashMap<>();
  private final List<String> bound = new ArrayList<>();
  private volatile boolean takes;
  private final List<AutoCloseable> toClose = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable it : toClose.reversed()) {
      it.close();
    }
  }

  @Test
  void publishIsAcknowledgedWithItsPositionAndReadableWithItsHeaders() {
    TopicBinding binding = topic(12);
    Publisher publisher = started(SETTINGS);
    PublishOutcome outcome =
        outcome(
            publisher.publish(
                binding,
                binding.channel("42"),
                utf8("{\"n\":1}"),
                Map.of("color", "red"),
                Optional.of(new Identity("ann", "c-1")),
                Optional.of("pay-ä")));
    int partition = Partitioner.MURMUR2.partition("42", 12);
    assertThat(outcome)
        .isEqualTo(new PublishOutcome.Acknowledged(new Position("epoch-" + partition, 1)));
    assertThat(SharedKafka.everything(binding.topic()))
        .singleElement()
        .satisfies(record -> {
          assertThat(record.partition()).isEqualTo(partition);
          assertThat(record.offset()).isZero();
          assertThat(record.key()).asString(UTF_8).isEqualTo("42");
          assertThat(record.value()).asString(UTF_8).isEqualTo("{\"n\":1}");
          assertThat(KeptHeaders.from(record.headers()))
              .isEqualTo(new KeptHeaders(Map.of("color", "red"), "ann", "c-1"));
          assertThat(record.headers().lastHeader("sluice-idempotency-key").value())
              .asString(UTF_8)
              .isEqualTo("pay-ä");
        });
  }

  @Test
  void namespacesPartitionerAndKeyCodecDecideWhereItGoes() {
    TopicBinding plain = topic(12);
    TopicBinding binding =
        new TopicBinding(
            plain.namespace(),
            plain.topic(),
            KeyCodec.LONG,
            Partitioner.CRC32,
            plain.payload(),
            plain.keyless(),
            plain.tombstones(),
            plain.mode(),
            plain.lastValue(),
            plain.isolation());
    outcome(publish(started(SETTINGS), binding, "42", "{}"));
    byte[] key = KeyCodec.LONG.encode("42").orElseThrow();
    ConsumerRecord<byte[], byte[]> record = SharedKafka.everything(plain.topic()).getFirst();
    assertThat(record.key()).isEqualTo(key);
    assertThat(record.partition()).isEqualTo(Partitioner.CRC32.partition(key, 12));
  }

  @Test
  void publishesOfOneCallerKeepTheirOrder() {
    TopicBinding binding = topic(1);
    Publisher publisher = started(SETTINGS);
    List<CompletableFuture<PublishOutcome>> all = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      all.add(publish(publisher, binding, "k" + i % 7, Integer.toString(i)));
    }
    List<PublishOutcome> outcomes = all.stream().map(PublisherTest::outcome).toList();
    for (int i = 0; i < outcomes.size(); i++) {
      assertThat(outcomes.get(i))
          .isEqualTo(new PublishOutcome.Acknowledged(new Position("epoch-0", i + 1)));
    }
    assertThat(
            SharedKafka.everything(binding.topic()).stream().map(r -> new String(r.value(), UTF_8)))
        .containsExactlyElementsOf(IntStream.range(0, 500).mapToObj(Integer::toString).toList());
    assertThat(meters.get("sluice.publishes").tag("outcome", "acknowledged").timer().count())
        .isEqualTo(500);
  }

  @Test
  void outcomesComeOnOneThreadThatIsNotKafkas() {
    TopicBinding binding = topic(1);
    Publisher publisher = started(SETTINGS);
    for (int i = 0; i < 20; i++) {
      CompletableFuture<String> thread =
          publish(publisher, binding, "a", "{}").thenApply(_ -> Thread.currentThread().getName());
      // a publish that is answered before the hook is hung on runs the hook here
      assertThat(thread.orTimeout(5, TimeUnit.SECONDS).join())
          .isIn("sluice-publish-outcomes", Thread.currentThread().getName());
    }
  }

  @Test
  void payloadBeyondTheLimitIsRejectedNamingBothSizes() {
    TopicBinding binding = TopicBinding.of("orders", "never-asked");
    Publisher publisher = started(SETTINGS);
    assertThat(outcome(publish(publisher, binding, "a", "x".repeat(65_537))))
        .isEqualTo(
            new PublishOutcome.Rejected("a payload of 65537 bytes, publish.max-payload is 64KiB"));
  }

  @Test
  void payloadAtTheLimitIsAcknowledged() {
    TopicBinding binding = topic(1);
    assertThat(outcome(publish(started(SETTINGS), binding, "a", "x".repeat(65_536))))
        .isInstanceOf(PublishOutcome.Acknowledged.class);
  }

  @Test
  void largestPayloadWithTheMostTagsFitsIntoATopicThatSluiceCreated() {
    PublishSettings settings =
        new PublishSettings(
            10,
            ByteSize.mib(1),
            SETTINGS.maxBlock(),
            SETTINGS.deliveryTimeout(),
            SETTINGS.requestTimeout());
    TopicBinding binding = TopicBinding.of("orders", SharedKafka.freshName("created"));
    try (Topics topics = new Topics(SharedKafka.settings(), settings, SharedKafka.clients("n1"))) {
      topics
          .start(List.of(binding))
          .forEach(it -> partitions.put(binding.topic(), it.partitions()));
    }
    Map<String, String> tags =
        IntStream.range(0, KeptHeaders.MAX_TAGS)
            .boxed()
            .collect(Collectors.toMap("%064d"::formatted, _ -> "v".repeat(1_024)));
    byte[] data = new byte[1 << 20];
    assertThat(
            outcome(
                started(settings)
                    .publish(
                        binding,
                        binding.channel("42"),
                        data,
                        tags,
                        Optional.empty(),
                        Optional.empty())))
        .isInstanceOf(PublishOutcome.Acknowledged.class);
    ConsumerRecord<byte[], byte[]> record = SharedKafka.everything(binding.topic()).getFirst();
    assertThat(record.value()).isEqualTo(data);
    assertThat(KeptHeaders.from(record.headers()).tags()).isEqualTo(tags);
  }

  @Test
  void recordLargerThanTheTopicTakesIsRejected() {
    String topic = SharedKafka.freshTopic(1, Map.of("max.message.bytes", "1000"));
    partitions.put(topic, 1);
    TopicBinding binding = TopicBinding.of("orders", topic);
    Publisher publisher = started(SETTINGS);
    assertThat(outcome(publish(publisher, binding, "a", "x".repeat(2_000))))
        .isInstanceOfSatisfying(
            PublishOutcome.Rejected.class,
            rejected -> assertThat(rejected.reason()).contains(topic, "max.message.bytes"));
    assertThat(outcome(publish(publisher, binding, "a", "{}")))
        .isInstanceOf(PublishOutcome.Acknowledged.class);
  }

  @Test
  void whatCanNeverBeAKeyOrATagIsRejected() {
    TopicBinding text = TopicBinding.of("orders", "never-asked");
    TopicBinding number =
        new TopicBinding(
            "orders",
            "never-asked",
            KeyCodec.LONG,
            Partitioner.MURMUR2,
            PayloadKind.JSON,
            Optional.empty(),
            Tombstones.SKIP,
            Mode.LOG,
            false,
            Isolation.READ_COMMITTED);
    Publisher publisher = started(SETTINGS);
    assertThat(outcome(publish(publisher, number, "news", "{}")))
        .isEqualTo(new PublishOutcome.Rejected("'news' is no long key"));
    assertThat(
            outcome(
                publisher.publish(
                    text,
                    text.channel("a"),
                    utf8("{}"),
                    Map.of("k".repeat(65), "v"),
                    Optional.empty(),
                    Optional.empty())))
        .isEqualTo(new PublishOutcome.Rejected("a tag's key of 65 bytes, 1 to 64"));
    assertThatThrownBy(() ->
            publisher.publish(
                text,
                new ChannelName("other", "a"),
                utf8("{}"),
                Map.of(),
                Optional.empty(),
                Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("other:a");
  }

  @Test
  void topicThatIsGoneIsRefusedAndDelaysNoOther() {
    TopicBinding there = topic(1);
    TopicBinding gone = TopicBinding.of("gone", SharedKafka.freshName("gone"));
    partitions.put(gone.topic(), 1);
    Publisher publisher = started(SETTINGS);
    assertThat(outcome(publish(publisher, there, "a", "{}")))
        .isInstanceOf(PublishOutcome.Acknowledged.class);
    List<CompletableFuture<PublishOutcome>> lost = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      lost.add(publish(publisher, gone, "a", "{}"));
    }
    assertThat(outcome(publish(publisher, there, "a", "{}")))
        .isInstanceOf(PublishOutcome.Acknowledged.class);
    assertThat(lost.stream().map(PublisherTest::outcome))
        .allSatisfy(it -> assertThat(it).isInstanceOf(PublishOutcome.Refused.class));
    partitions.put(gone.topic(), 0);
    assertThat(outcome(publish(publisher, gone, "a", "{}")))
        .isEqualTo(new PublishOutcome.Refused("topic '" + gone.topic() + "' is not there"));
  }

  /// Kafka goes away and comes back. Nobody who publishes meanwhile is blocked or left without an
  /// answer, whether the record is on its way when Kafka goes or cannot be sent any more.
  @Test
  void everyPublishIsAnsweredInTimeWhileKafkaIsAwayAndWorksAgainAfterwards() {
    TopicBinding binding = topic(1);
    // a publish that waited for Kafka would take this long; long enough to be told from a thread
    // that a busy machine did not let run
    Duration maxBlock = Duration.ofSeconds(3);
    PublishSettings settings =
        new PublishSettings(
            SETTINGS.queue(),
            SETTINGS.maxPayload(),
            maxBlock,
            SETTINGS.deliveryTimeout(),
            SETTINGS.requestTimeout());
    Publisher publisher = started(settings);
    assertThat(outcome(publish(publisher, binding, "a", "before")))
        .isInstanceOf(PublishOutcome.Acknowledged.class);
    List<CompletableFuture<PublishOutcome>> meanwhile = new ArrayList<>();
    CompletableFuture<Void> stopped = CompletableFuture.runAsync(SharedKafka.kafka()::stop);
    try {
      await()
          .pollInterval(Duration.ofMillis(2))
          .until(() -> {
            meanwhile.add(publish(publisher, binding, "a", "{}"));
            return stopped.isDone();
          });
      assertThat(kinds(meanwhile)).isSubsetOf("Acknowledged", "Unknown", "Refused");
      long slowest = 0;
      long began = System.nanoTime();
      List<CompletableFuture<PublishOutcome>> away = new ArrayList<>();
      for (int i = 0; i < 1_200; i++) {
        long before = System.nanoTime();
        away.add(publish(publisher, binding, "a", "x".repeat(30_000)));
        slowest = Math.max(slowest, System.nanoTime() - before);
      }
      assertThat(kinds(away)).isSubsetOf("Unknown", "Refused");
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .isLessThan(settings.deliveryTimeout().plusSeconds(3));
      assertThat(Duration.ofNanos(slowest)).isLessThan(maxBlock);
    } finally {
      stopped.join();
      SharedKafka.kafka().start();
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() ->
            outcome(publish(publisher, binding, "a", "after"))
                instanceof PublishOutcome.Acknowledged);
  }

  @Test
  void publishThatKafkaNeverAnswersIsUnknownAfterTheDeliveryTimeout() {
    Publisher publisher = silent();
    long began = System.nanoTime();
    assertThat(outcome(publish(publisher, SILENT, "a", "{}")))
        .isEqualTo(new PublishOutcome.Unknown("no answer from Kafka in time"));
    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isBetween(SETTINGS.deliveryTimeout(), SETTINGS.deliveryTimeout().plusSeconds(1));
    assertThat(meters.get("sluice.publish.queue").gauge().value()).isZero();
  }

  @Test
  void publishBeyondTheQueueIsRefusedAtOnceNamingTheLimit() {
    Publisher publisher = silent();
    for (int i = 0; i < SETTINGS.queue(); i++) {
      assertThat(publish(publisher, SILENT, "a", "{}")).isNotDone();
    }
    assertThat(publish(publisher, SILENT, "a", "{}"))
        .isCompletedWithValue(
            new PublishOutcome.Refused("1000 publishes are waiting, publish.queue is 1000"));
  }

  @Test
  void payloadsBeyondTheBytesAreRefusedAtOnce() {
    Publisher publisher = silent();
    String large = "x".repeat(64 << 10);
    for (int i = 0; i < 512; i++) {
      assertThat(publish(publisher, SILENT, "a", large)).isNotDone();
    }
    assertThat(publish(publisher, SILENT, "a", large))
        .isCompletedWithValue(
            new PublishOutcome.Refused("payloads of 33619968 bytes are waiting, at most 33554432"));
    assertThat(publish(publisher, SILENT, "a", "")).isNotDone();
  }

  @Test
  void aTopicThatHangsLeavesTheOthersTheirRoom() {
    bound.addAll(List.of(SILENT.topic(), "other"));
    partitions.put("other", 1);
    TopicBinding other = TopicBinding.of("others", "other");
    Publisher publisher = silent();
    for (int i = 0; i < SETTINGS.queue() / 2; i++) {
      assertThat(publish(publisher, SILENT, "a", "{}")).isNotDone();
    }
    assertThat(publish(publisher, SILENT, "a", "{}"))
        .isCompletedWithValue(
            new PublishOutcome.Refused(
                "500 publishes to topic 'silent' are waiting, a topic's share of publish.queue is 500"));
    assertThat(publish(publisher, other, "a", "{}")).isNotDone();
  }

  /// A publish that hangs says at its end that Kafka fails; the others of its topic do not wait for
  /// that again, and other topics are not concerned.
  @Test
  void whenFiveWereNotAnsweredTheTopicIsRefusedAtOnceAndNoOtherIs() {
    bound.addAll(List.of(SILENT.topic(), "other"));
    partitions.put("other", 1);
    Publisher publisher = silent();
    List<CompletableFuture<PublishOutcome>> lost = new ArrayList<>();
    for (int i = 0; i < PublishBreaker.FEWEST; i++) {
      lost.add(publish(publisher, SILENT, "a", "{}"));
    }
    assertThat(lost.stream().map(PublisherTest::outcome))
        .allSatisfy(it -> assertThat(it).isInstanceOf(PublishOutcome.Unknown.class));
    assertThat(publisher.breakers())
        .extracting(BreakerState::name, BreakerState::state)
        .contains(
            tuple("kafka:silent", BreakerState.State.OPEN),
            tuple("kafka:other", BreakerState.State.CLOSED));
    assertThat(publish(publisher, SILENT, "a", "{}")).isDone();
    assertThat(publish(publisher, TopicBinding.of("others", "other"), "a", "{}")).isNotDone();
    takes = true;
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() ->
            publisher.breakers().stream().allMatch(it -> it.state() == BreakerState.State.CLOSED));
  }

  @Test
  void closedPublisherAnswersEverythingAndRefusesMore() {
    TopicBinding binding = topic(1);
    Publisher publisher = started(SETTINGS);
    List<CompletableFuture<PublishOutcome>> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      all.add(publish(publisher, binding, "a", "{}"));
    }
    publisher.close(Duration.ofSeconds(5));
    assertThat(all.stream().map(PublisherTest::outcome))
        .allSatisfy(it -> assertThat(it).isInstanceOf(PublishOutcome.Acknowledged.class));
    assertThat(outcome(publish(publisher, binding, "a", "{}")))
        .isEqualTo(new PublishOutcome.Refused("this node is leaving"));
    publisher.close(Duration.ofSeconds(5));
  }

  private TopicBinding topic(int count) {
    String topic = SharedKafka.freshTopic(count);
    partitions.put(topic, count);
    return TopicBinding.of("orders", topic);
  }

  private static Set<String> kinds(List<CompletableFuture<PublishOutcome>> publishes) {
    return publishes.stream()
        .map(it -> outcome(it).getClass().getSimpleName())
        .collect(Collectors.toSet());
  }

  /// On Kafka's own `MockProducer`, which never answers unless told to.
  private Publisher silent() {
    partitions.put(SILENT.topic(), 1);
    return started(
        SETTINGS,
        () ->
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer()));
  }

  private Publisher started(PublishSettings settings) {
    return started(
        settings, () -> new KafkaProducer<>(SharedKafka.clients("n1").publisher(settings)));
  }

  private Publisher started(
      PublishSettings settings, Supplier<Producer<byte[], byte[]>> producers) {
    BridgeMetrics metrics = new BridgeMetrics(meters);
    RenewingProducer producer = new RenewingProducer("publisher", producers, metrics);
    Publisher publisher =
        new Publisher(
            settings,
            producer,
            binding -> partitions.getOrDefault(binding.topic(), 0),
            (_, partition) -> "epoch-" + partition,
            new PublishGates(
                settings, bound, _ -> CompletableFuture.completedFuture(takes), metrics),
            metrics);
    publisher.start();
    toClose.add(publisher);
    return publisher;
  }

  private static CompletableFuture<PublishOutcome> publish(
      Publisher publisher, TopicBinding binding, String key, String value) {
    return publisher
        .publish(
            binding,
            binding.channel(key),
            utf8(value),
            Map.of(),
            Optional.empty(),
            Optional.empty())
        .toCompletableFuture();
  }

  private static PublishOutcome outcome(CompletionStage<PublishOutcome> publish) {
    return publish.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
