package io.sluice.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// Publishers for one test, on the tests' Kafka or on one that never answers.
final class PublisherLab implements AutoCloseable {
  /// Where nothing is to be late: this machine is busy with other tests.
  static final PublishSettings SETTINGS =
      new PublishSettings(
          1_000,
          ByteSize.kib(64),
          Duration.ofSeconds(3),
          Duration.ofSeconds(20),
          Duration.ofSeconds(5));

  /// Where nothing is answered; nobody blocks there.
  static final PublishSettings HASTY =
      new PublishSettings(
          SETTINGS.queue(),
          SETTINGS.maxPayload(),
          Duration.ofSeconds(10),
          Duration.ofSeconds(2),
          Duration.ofSeconds(1));

  static final TopicBinding SILENT = TopicBinding.of("orders", "silent");

  /// What the last producer that answers nothing was given to close.
  final AtomicReference<Duration> closedWithin = new AtomicReference<>(Duration.ZERO);

  /// The last of those producers.
  private final AtomicReference<@Nullable Silent> silent = new AtomicReference<>();

  final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  /// How many each topic has.
  final Map<String, Integer> partitions = new ConcurrentHashMap<>();

  /// Topics that publishers know of from their start.
  final List<String> bound = new ArrayList<>();

  /// Whether Kafka says that topics take publishes.
  volatile boolean takes;

  private final List<Publisher> publishers = new ArrayList<>();

  @Override
  public void close() {
    publishers.reversed().forEach(Publisher::close);
  }

  TopicBinding topic(int count) {
    String topic = SharedKafka.freshTopic(count);
    partitions.put(topic, count);
    return TopicBinding.of("orders", topic);
  }

  /// On Kafka's own `MockProducer`, which never answers unless told to.
  Publisher silent(PublishSettings settings) {
    Publisher publisher = silentLater(settings);
    publisher.start();
    return publisher;
  }

  /// The same, which is not running yet.
  Publisher silentLater(PublishSettings settings) {
    partitions.put(SILENT.topic(), 1);
    return made(
        settings,
        () -> {
          Silent made = new Silent(closedWithin);
          silent.set(made);
          return made;
        });
  }

  /// Answers the oldest publish that it has.
  ///
  /// @return whether there was one
  boolean answerOne() {
    Silent asked = silent.get();
    return asked != null && asked.completeNext();
  }

  /// Answers nothing, and says how long it is given at the end.
  private static final class Silent extends MockProducer<byte[], byte[]> {
    private final AtomicReference<Duration> closedWithin;

    Silent(AtomicReference<Duration> closedWithin) {
      super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
      this.closedWithin = closedWithin;
    }

    @Override
    public void close(Duration timeout) {
      closedWithin.set(timeout);
      super.close(timeout);
    }
  }

  Publisher started(PublishSettings settings) {
    Publisher publisher =
        made(settings, () -> new KafkaProducer<>(SharedKafka.clients("n1").publisher(settings)));
    publisher.start();
    return publisher;
  }

  private Publisher made(PublishSettings settings, Supplier<Producer<byte[], byte[]>> producers) {
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
    publishers.add(publisher);
    return publisher;
  }

  static CompletableFuture<PublishOutcome> publish(
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

  static PublishOutcome outcome(CompletionStage<PublishOutcome> publish) {
    return publish.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  static Set<String> kinds(List<CompletableFuture<PublishOutcome>> publishes) {
    return publishes.stream()
        .map(it -> outcome(it).getClass().getSimpleName())
        .collect(Collectors.toSet());
  }

  static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
