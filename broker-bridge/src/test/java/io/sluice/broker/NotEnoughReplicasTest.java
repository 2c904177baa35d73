package io.sluice.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.embedded.EmbeddedKafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// One broker of three is away: a topic that wants all three in sync takes nothing, and one that
/// wants two goes on.
@Tag("full")
@Timeout(180)
class NotEnoughReplicasTest {
  private static final PublishSettings SETTINGS =
      new PublishSettings(
          1_000,
          ByteSize.kib(64),
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          Duration.ofSeconds(1));
  private static final TopicBinding STRICT = TopicBinding.of("strict", "strict");
  private static final TopicBinding LAX = TopicBinding.of("lax", "lax");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final BridgeMetrics metrics = new BridgeMetrics(new SimpleMeterRegistry());

  @Test
  void onlyTheTopicThatLacksReplicasIsRefusedAndItWorksAgainByItself() {
    try (EmbeddedKafka kafka = EmbeddedKafka.builder().nodes(3).start()) {
      kafka.createTopic(STRICT.topic(), 1, Map.of("min.insync.replicas", "3"));
      kafka.createTopic(LAX.topic(), 1, Map.of("min.insync.replicas", "2"));
      KafkaSettings settings = settings(kafka);
      ClientProperties clients = new ClientProperties(settings, "n1");
      try (Admin admin = Admin.create(clients.admin(Duration.ofSeconds(5)));
          Publisher publisher =
              publisher(
                  clients, new WritableTopics(() -> admin, SETTINGS.breaker().failureRate()))) {
        publisher.start();
        await().atMost(PATIENCE).until(() -> acknowledged(publisher, STRICT));
        kafka.stopNode(3);
        await()
            .atMost(PATIENCE)
            .until(() -> {
              List<CompletableFuture<PublishOutcome>> all =
                  IntStream.range(0, PublishBreaker.FEWEST)
                      .mapToObj(_ -> publish(publisher, STRICT))
                      .toList();
              all.forEach(each -> each.orTimeout(10, TimeUnit.SECONDS).join());
              return state(publisher, STRICT) == BreakerState.State.OPEN;
            });
        await()
            .during(Duration.ofSeconds(4))
            .atMost(PATIENCE)
            .until(() ->
                state(publisher, STRICT) == BreakerState.State.OPEN
                    && acknowledged(publisher, LAX));
        kafka.startNode(3);
        await().atMost(PATIENCE).until(() -> state(publisher, STRICT) == BreakerState.State.CLOSED);
        assertThat(acknowledged(publisher, STRICT)).isTrue();
      }
    }
  }

  private Publisher publisher(ClientProperties clients, PublishGates.Probe probe) {
    return new Publisher(
        SETTINGS,
        new RenewingProducer(
            "publisher", () -> new KafkaProducer<>(clients.publisher(SETTINGS)), metrics),
        _ -> 1,
        (_, partition) -> "epoch-" + partition,
        new PublishGates(SETTINGS, List.of(STRICT.topic(), LAX.topic()), probe, metrics),
        metrics);
  }

  private static KafkaSettings settings(EmbeddedKafka kafka) {
    return new KafkaSettings(
        kafka.bootstrapServers(),
        Map.of(),
        true,
        1,
        (short) -1,
        "control",
        "dead",
        "ledger",
        255,
        ByteSize.mib(16));
  }

  private static BreakerState.State state(Publisher publisher, TopicBinding binding) {
    return publisher.breakers().stream()
        .filter(it -> it.name().equals("kafka:" + binding.topic()))
        .findFirst()
        .orElseThrow()
        .state();
  }

  private static boolean acknowledged(Publisher publisher, TopicBinding binding) {
    return publish(publisher, binding).orTimeout(10, TimeUnit.SECONDS).join()
        instanceof PublishOutcome.Acknowledged;
  }

  private static CompletableFuture<PublishOutcome> publish(
      Publisher publisher, TopicBinding binding) {
    return publisher
        .publish(
            binding,
            binding.channel("42"),
            "{}".getBytes(UTF_8),
            Map.of(),
            Optional.empty(),
            Optional.empty())
        .toCompletableFuture();
  }
}
