package io.sluice.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadLettersTest {
  private static final TopicBinding ORDERS = TopicBinding.of("orders", "shop.orders");

  /// From this offset on records have come since they are read.
  private static final long NEWS = 1_000_000;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<AutoCloseable> toClose = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable it : toClose.reversed()) {
      it.close();
    }
  }

  @Test
  void letterHoldsReasonCoordinatesKeyAndTheHeadOfTheValue() throws Exception {
    String topic = topic();
    byte[] value = new byte[5_000];
    Arrays.fill(value, (byte) 0xfe);
    DeadLetters letters = started(topic, _ -> true);
    letters.offer(ORDERS, record(7, utf8("k"), value), DeadLetterReason.BAD_PAYLOAD, "no json");
    await().until(() -> written() == 1);
    ConsumerRecord<byte[], byte[]> letter = SharedKafka.everything(topic).getFirst();
    assertThat(letter.key()).asString(UTF_8).isEqualTo("shop.orders/3/7");
    JsonNode json = new JsonMapper().readTree(letter.value());
    assertThat(json.path("v").asInt()).isEqualTo(1);
    assertThat(json.path("reason").asText()).isEqualTo("bad-payload");
    assertThat(json.path("detail").asText()).isEqualTo("no json");
    assertThat(json.path("namespace").asText()).isEqualTo("orders");
    assertThat(json.path("topic").asText()).isEqualTo("shop.orders");
    assertThat(json.path("partition").asInt()).isEqualTo(3);
    assertThat(json.path("offset").asLong()).isEqualTo(7);
    assertThat(json.path("timestamp").asLong()).isEqualTo(1_700_000_000_000L);
    assertThat(json.path("key").binaryValue()).isEqualTo(utf8("k"));
    assertThat(json.path("keySize").asInt()).isEqualTo(1);
    assertThat(json.path("value").binaryValue()).isEqualTo(Arrays.copyOf(value, 4_096));
    assertThat(json.path("valueSize").asInt()).isEqualTo(5_000);
  }

  @Test
  void recordWithoutKeyAndValueHasALetterToo() throws Exception {
    String topic = topic();
    started(topic, _ -> true)
        .offer(ORDERS, record(1, null, null), DeadLetterReason.NO_KEY, "the record has no key");
    await().until(() -> written() == 1);
    JsonNode json = new JsonMapper().readTree(SharedKafka.everything(topic).getFirst().value());
    assertThat(json.get("key").isNull()).isTrue();
    assertThat(json.get("value").isNull()).isTrue();
    assertThat(json.path("valueSize").asInt()).isZero();
  }

  @Test
  void recordFoundBadLaterHasTheSameLetter() {
    String topic = topic();
    DeadLetters letters = started(topic, _ -> true);
    letters.offer(ORDERS, record(5, utf8("k"), utf8("v")), DeadLetterReason.BAD_PAYLOAD, "no json");
    letters.offer(
        ORDERS,
        3,
        5,
        1_700_000_000_000L,
        utf8("k"),
        utf8("v"),
        1,
        DeadLetterReason.BAD_PAYLOAD,
        "no json");
    await().until(() -> written() == 2);
    List<ConsumerRecord<byte[], byte[]>> both = SharedKafka.everything(topic);
    assertThat(both.getFirst().key()).isEqualTo(both.getLast().key());
    assertThat(both.getFirst().value()).isEqualTo(both.getLast().value());
  }

  @Test
  void onlyTheDutyNodeWritesAndEveryNodeCounts() {
    String topic = topic();
    SimpleMeterRegistry otherMeters = new SimpleMeterRegistry();
    DeadLetters duty = started(topic, chore -> chore.equals("shop.orders/3"));
    DeadLetters other = started(topic, _ -> false, otherMeters, this::kafkaProducer);
    for (int offset = 0; offset < 10; offset++) {
      for (DeadLetters node : List.of(duty, other)) {
        node.offer(ORDERS, record(offset, utf8("k"), utf8("v")), DeadLetterReason.MISPLACED, "");
      }
    }
    await().until(() -> written() == 10);
    other.close();
    assertThat(SharedKafka.everything(topic)).hasSize(10);
    assertThat(count(meters)).isEqualTo(10);
    assertThat(count(otherMeters)).isEqualTo(10);
  }

  /// A node that starts finds letters of the past, and does not tell them as new ones.
  @Test
  void whatIsFoundAgainIsAsOldAsItsRecordAndOnlyWhatIsNewIsOfNow() {
    DeadLetters letters = started(topic(), _ -> false);
    letters.offer(ORDERS, record(7, utf8("k"), utf8("v")), DeadLetterReason.BAD_KEY, "");
    assertThat(newest("bad-key")).isEqualTo(1_700_000_000);
    late(letters, 8, 1_600_000_000_000L);
    assertThat(newest("bad-payload")).isEqualTo(1_600_000_000);

    double began = Math.floor(System.currentTimeMillis() / 1e3);
    late(letters, 9, Long.MAX_VALUE);
    assertThat(newest("bad-payload"))
        .as("by the record of the future")
        .isBetween(began, began + 60);
    letters.offer(ORDERS, record(NEWS, utf8("k"), utf8("v")), DeadLetterReason.BAD_KEY, "");
    assertThat(newest("bad-key")).isBetween(began, began + 60);
    letters.offer(ORDERS, record(10, utf8("k"), utf8("v")), DeadLetterReason.BAD_KEY, "");
    assertThat(newest("bad-key")).as("an old one after it").isGreaterThanOrEqualTo(began);
  }

  private static void late(DeadLetters letters, long offset, long timestamp) {
    letters.offer(
        ORDERS,
        3,
        offset,
        timestamp,
        utf8("k"),
        utf8("v"),
        1,
        DeadLetterReason.BAD_PAYLOAD,
        "no json");
  }

  private double newest(String reason) {
    return meters.get("sluice.dead.letters.newest").tag("reason", reason).gauge().value();
  }

  @Test
  void whatANodeLeftUnwrittenWhenItDiedIsWrittenByWhoHasItsDutyNext() {
    String topic = topic();
    AtomicBoolean duty = new AtomicBoolean();
    DeadLetters heir = started(topic, _ -> duty.get());
    for (int offset = 0; offset < DeadLetters.KEPT + 10; offset++) {
      heir.offer(ORDERS, record(offset, utf8("k"), utf8("v")), DeadLetterReason.MISPLACED, "");
    }
    duty.set(true);
    await().until(() -> written() == DeadLetters.KEPT);
  }

  @Test
  void recordFoundBadLaterIsWrittenByWhoeverFoundItOut() {
    String topic = topic();
    DeadLetters letters = started(topic, _ -> false);
    letters.offer(
        ORDERS, 3, 5, 1L, utf8("k"), utf8("v"), 1, DeadLetterReason.BAD_PAYLOAD, "no json");
    await().until(() -> written() == 1);
  }

  @Test
  void letterBeyondTheQueueIsLostAndCountedAndNobodyWaits() {
    DeadLetters letters =
        started(
            "silent",
            _ -> true,
            meters,
            () ->
                new MockProducer<>(
                    false, null, new ByteArraySerializer(), new ByteArraySerializer()));
    int all = DeadLetters.QUEUE + DeadLetters.IN_FLIGHT + 500;
    long began = System.nanoTime();
    for (int offset = 0; offset < all; offset++) {
      letters.offer(ORDERS, record(offset, utf8("k"), utf8("v")), DeadLetterReason.BAD_KEY, "");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(1));
    assertThat(lost()).isBetween(500.0, 600.0);
    assertThat(meters.get("sluice.dead.letters.queue").gauge().value()).isPositive();
    letters.close(Duration.ofMillis(300));
    assertThat(lost()).isGreaterThanOrEqualTo(DeadLetters.QUEUE + 500);
  }

  @Test
  void letterThatKafkaCannotTakeNowIsWrittenWhenItIsBack() {
    String topic = topic();
    DeadLetters letters = started(topic, _ -> true);
    SharedKafka.kafka().stop();
    try {
      for (int offset = 0; offset < 3; offset++) {
        letters.offer(ORDERS, record(offset, utf8("k"), utf8("v")), DeadLetterReason.BAD_KEY, "");
      }
    } finally {
      SharedKafka.kafka().start();
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> written() == 3);
    assertThat(lost()).isZero();
  }

  @Test
  void closingWritesWhatWaits() {
    String topic = topic();
    DeadLetters letters = started(topic, _ -> true);
    for (int offset = 0; offset < 200; offset++) {
      letters.offer(ORDERS, record(offset, utf8("k"), utf8("v")), DeadLetterReason.BAD_KEY, "");
    }
    letters.close(Duration.ofSeconds(10));
    assertThat(SharedKafka.everything(topic)).hasSize(200);
  }

  private double written() {
    return meters.counter("sluice.dead.letters.written").count();
  }

  private double lost() {
    return meters.counter("sluice.dead.letters.lost").count();
  }

  private static double count(SimpleMeterRegistry meters) {
    return meters
        .counter("sluice.dead.letters", "namespace", "orders", "reason", "misplaced")
        .count();
  }

  private static String topic() {
    return SharedKafka.freshTopic(1, Map.of("cleanup.policy", "compact"));
  }

  private DeadLetters started(String topic, Predicate<String> isDuty) {
    return started(topic, isDuty, meters, this::kafkaProducer);
  }

  private DeadLetters started(
      String topic,
      Predicate<String> isDuty,
      SimpleMeterRegistry registry,
      Supplier<Producer<byte[], byte[]>> producers) {
    BridgeMetrics metrics = new BridgeMetrics(registry);
    RenewingProducer producer = new RenewingProducer("chores", producers, metrics);
    DeadLetters letters =
        new DeadLetters(topic, producer, isDuty, (_, _, offset) -> offset >= NEWS, metrics);
    letters.start();
    toClose.add(producer);
    toClose.add(letters);
    return letters;
  }

  private Producer<byte[], byte[]> kafkaProducer() {
    return new KafkaProducer<>(SharedKafka.clients("n1").chores());
  }

  @SuppressWarnings("NullAway") // Kafka's own null: no key, no value
  private static ConsumerRecord<byte[], byte[]> record(
      long offset, byte @Nullable [] key, byte @Nullable [] value) {
    return new ConsumerRecord<>(
        "shop.orders",
        3,
        offset,
        1_700_000_000_000L,
        TimestampType.CREATE_TIME,
        0,
        0,
        key,
        value,
        new RecordHeaders(),
        java.util.Optional.empty());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
