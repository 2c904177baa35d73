package io.sluice.broker;

import static io.sluice.broker.PublisherLab.HASTY;
import static io.sluice.broker.PublisherLab.SETTINGS;
import static io.sluice.broker.PublisherLab.kinds;
import static io.sluice.broker.PublisherLab.outcome;
import static io.sluice.broker.PublisherLab.publish;
import static io.sluice.broker.PublisherLab.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What becomes of publishes, on a real Kafka.
class PublisherTest {
  private final PublisherLab lab = new PublisherLab();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void publishIsAcknowledgedWithItsPositionAndReadableWithItsHeaders() {
    TopicBinding binding = lab.topic(12);
    Publisher publisher = lab.started(SETTINGS);
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
    TopicBinding plain = lab.topic(12);
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
    outcome(publish(lab.started(SETTINGS), binding, "42", "{}"));
    byte[] key = KeyCodec.LONG.encode("42").orElseThrow();
    ConsumerRecord<byte[], byte[]> record = SharedKafka.everything(plain.topic()).getFirst();
    assertThat(record.key()).isEqualTo(key);
    assertThat(record.partition()).isEqualTo(Partitioner.CRC32.partition(key, 12));
  }

  @Test
  void publishesOfOneCallerKeepTheirOrder() {
    TopicBinding binding = lab.topic(1);
    Publisher publisher = lab.started(SETTINGS);
    List<CompletableFuture<PublishOutcome>> all = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      all.add(publish(publisher, binding, "k" + i % 7, Integer.toString(i)));
    }
    List<PublishOutcome> outcomes = all.stream().map(PublisherLab::outcome).toList();
    for (int i = 0; i < outcomes.size(); i++) {
      assertThat(outcomes.get(i))
          .isEqualTo(new PublishOutcome.Acknowledged(new Position("epoch-0", i + 1)));
    }
    assertThat(
            SharedKafka.everything(binding.topic()).stream().map(r -> new String(r.value(), UTF_8)))
        .containsExactlyElementsOf(IntStream.range(0, 500).mapToObj(Integer::toString).toList());
    assertThat(lab.meters.get("sluice.publishes").tag("outcome", "acknowledged").timer().count())
        .isEqualTo(500);
  }

  @Test
  void outcomesComeOnOneThreadThatIsNotKafkas() {
    TopicBinding binding = lab.topic(1);
    Publisher publisher = lab.started(SETTINGS);
    for (int i = 0; i < 20; i++) {
      CompletableFuture<String> thread =
          publish(publisher, binding, "a", "{}").thenApply(_ -> Thread.currentThread().getName());
      // a publish that is answered before the hook is hung on runs the hook here
      assertThat(thread.orTimeout(30, TimeUnit.SECONDS).join())
          .isIn("sluice-publish-outcomes", Thread.currentThread().getName());
    }
  }

  @Test
  void payloadBeyondTheLimitIsRejectedNamingBothSizes() {
    TopicBinding binding = TopicBinding.of("orders", "never-asked");
    Publisher publisher = lab.started(SETTINGS);
    assertThat(outcome(publish(publisher, binding, "a", "x".repeat(65_537))))
        .isEqualTo(
            new PublishOutcome.Rejected("a payload of 65537 bytes, publish.max-payload is 64KiB"));
  }

  @Test
  void payloadAtTheLimitIsAcknowledged() {
    TopicBinding binding = lab.topic(1);
    assertThat(outcome(publish(lab.started(SETTINGS), binding, "a", "x".repeat(65_536))))
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
          .forEach(it -> lab.partitions.put(binding.topic(), it.partitions()));
    }
    Map<String, String> tags =
        IntStream.range(0, KeptHeaders.MAX_TAGS)
            .boxed()
            .collect(Collectors.toMap("%064d"::formatted, _ -> "v".repeat(1_024)));
    byte[] data = new byte[1 << 20];
    assertThat(
            outcome(
                lab.started(settings)
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
    lab.partitions.put(topic, 1);
    TopicBinding binding = TopicBinding.of("orders", topic);
    Publisher publisher = lab.started(SETTINGS);
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
    Publisher publisher = lab.started(SETTINGS);
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
  void traceparentIsTheRecordsHeader() {
    TopicBinding binding = lab.topic(1);
    Publisher publisher = lab.started(SETTINGS);
    var _ =
        outcome(
            publisher.publish(
                binding,
                binding.channel("a"),
                utf8("{}"),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.of("00-1-2-01")));
    assertThat(SharedKafka.everything(binding.topic()))
        .singleElement()
        .satisfies(record ->
            assertThat(KeptHeaders.from(record.headers()).tags())
                .isEqualTo(Map.of("traceparent", "00-1-2-01")));
  }

  @Test
  void topicThatIsGoneIsRefusedAndDelaysNoOther() {
    TopicBinding there = lab.topic(1);
    TopicBinding gone = TopicBinding.of("gone", SharedKafka.freshName("gone"));
    lab.partitions.put(gone.topic(), 1);
    Publisher publisher = lab.started(SETTINGS);
    assertThat(outcome(publish(publisher, there, "a", "{}")))
        .isInstanceOf(PublishOutcome.Acknowledged.class);
    List<CompletableFuture<PublishOutcome>> lost = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      lost.add(publish(publisher, gone, "a", "{}"));
    }
    assertThat(outcome(publish(publisher, there, "a", "{}")))
        .isInstanceOf(PublishOutcome.Acknowledged.class);
    assertThat(lost.stream().map(PublisherLab::outcome))
        .allSatisfy(it -> assertThat(it).isInstanceOf(PublishOutcome.Refused.class));
    lab.partitions.put(gone.topic(), 0);
    assertThat(outcome(publish(publisher, gone, "a", "{}")))
        .isEqualTo(new PublishOutcome.Refused("topic '" + gone.topic() + "' is not there"));
  }

  /// Kafka goes away and comes back. Nobody who publishes meanwhile is blocked or left without an
  /// answer, whether the record is on its way when Kafka goes or cannot be sent any more.
  @Test
  void everyPublishIsAnsweredInTimeWhileKafkaIsAwayAndWorksAgainAfterwards() {
    TopicBinding binding = lab.topic(1);
    // a publish that waited for Kafka would take this long; long enough to be told from a thread
    // that a busy machine did not let run
    Duration maxBlock = Duration.ofSeconds(3);
    PublishSettings settings =
        new PublishSettings(
            SETTINGS.queue(),
            SETTINGS.maxPayload(),
            maxBlock,
            HASTY.deliveryTimeout(),
            HASTY.requestTimeout());
    Publisher publisher = lab.started(settings);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() ->
            outcome(publish(publisher, binding, "a", "before"))
                instanceof PublishOutcome.Acknowledged);
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
  void closedPublisherAnswersEverythingAndRefusesMore() {
    TopicBinding binding = lab.topic(1);
    Publisher publisher = lab.started(SETTINGS);
    List<CompletableFuture<PublishOutcome>> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      all.add(publish(publisher, binding, "a", "{}"));
    }
    publisher.close(SETTINGS.deliveryTimeout());
    assertThat(all.stream().map(PublisherLab::outcome))
        .allSatisfy(it -> assertThat(it).isInstanceOf(PublishOutcome.Acknowledged.class));
    assertThat(outcome(publish(publisher, binding, "a", "{}")))
        .isEqualTo(new PublishOutcome.Refused("this node is leaving"));
    publisher.close(Duration.ofSeconds(5));
  }
}
