package io.sluice.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionEventsTest {
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final NodeInfo SELF =
      new NodeInfo("n1", Instant.EPOCH, "ws://n1", "http://n1", "0.1.0");
  private static final String USERS = "user-";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<AutoCloseable> toClose = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable it : toClose.reversed()) {
      it.close();
    }
  }

  @Test
  void eventsOfAUserComeInOrderAndOutliveAnOutage() {
    String topic = SharedKafka.freshTopic(4);
    SessionEvents events = started(topic, SessionEventsTest::kafkaProducer);
    int users = 50;
    note(events, users, 0, 4);
    await().atMost(PATIENCE).until(() -> written() == users * 4);
    SharedKafka.kafka().stop();
    try {
      long began = System.nanoTime();
      note(events, users, 4, 8);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(500));
    } finally {
      SharedKafka.kafka().start();
    }
    await().atMost(PATIENCE).until(() -> written() == users * 8);

    List<ConsumerRecord<byte[], byte[]>> all = SharedKafka.everything(topic);
    for (int user = 0; user < users; user++) {
      String key = USERS + user;
      List<String> its =
          all.stream()
              .filter(record -> new String(record.key(), UTF_8).equals(key))
              .map(record -> client(SessionEventJson.read(record.value()).orElseThrow()))
              .map(client -> client.replaceFirst("-of-.*", ""))
              .distinct() // what was on its way when Kafka went may be there twice
              .toList();
      assertThat(its).containsExactly("c-0", "c-1", "c-2", "c-3", "c-4", "c-5", "c-6", "c-7");
    }
    assertThat(all.getFirst().headers().lastHeader("content-type").value())
        .asString(UTF_8)
        .startsWith("application/cloudevents+json");
    assertThat(lost()).isZero();
  }

  /// One user's connections, so that nothing is merged.
  private static void note(SessionEvents events, int users, int from, int to) {
    for (int i = from; i < to; i++) {
      for (int user = 0; user < users; user++) {
        events.note(new SessionEvent.Connected(who(USERS + user, "c-" + i + "-of-" + user), TIME));
      }
    }
  }

  @Test
  void anEndThatFindsItsBeginningStillWaitingTakesItsPlace() {
    WaitingEvents waiting = new WaitingEvents();
    SessionEvent begun = new SessionEvent.Resumed(who("ann", "c-1"), TIME);
    SessionEvent other = new SessionEvent.Connected(who("ann", "c-2"), TIME);
    SessionEvent ended = new SessionEvent.Disconnected(who("ann", "c-1"), TIME, life());
    assertThat(waiting.offer(begun)).isEqualTo(WaitingEvents.Offered.TAKEN);
    assertThat(waiting.offer(other)).isEqualTo(WaitingEvents.Offered.TAKEN);
    assertThat(waiting.offer(ended)).isEqualTo(WaitingEvents.Offered.MERGED);

    assertThat(take(waiting)).containsExactly(other, ended);
    assertThat(waiting.offer(ended)).isEqualTo(WaitingEvents.Offered.TAKEN);
  }

  /// Otherwise neither would be written, and only one of them counted.
  @Test
  void anEndFindsRoomWhereItsBeginningHasFoundIt() {
    WaitingEvents waiting = new WaitingEvents();
    SessionEvent begun = new SessionEvent.Connected(who("ann", "c-1"), TIME);
    assertThat(waiting.offer(begun)).isEqualTo(WaitingEvents.Offered.TAKEN);
    fill(waiting);

    SessionEvent ended = new SessionEvent.Disconnected(who("ann", "c-1"), TIME, life());
    assertThat(waiting.offer(ended)).isEqualTo(WaitingEvents.Offered.MERGED);
    SessionEvent further = new SessionEvent.Disconnected(who("bob", "c-2"), TIME, life());
    assertThat(waiting.offer(further)).isEqualTo(WaitingEvents.Offered.FULL);
    assertThat(take(waiting)).contains(ended);
  }

  @Test
  void aUserWhoComesAndGoesAllTheTimeLeavesRoomForOthers() {
    WaitingEvents waiting = new WaitingEvents();
    for (int i = 0; i < WaitingEvents.MOST_OF_KEY; i++) {
      assertThat(waiting.offer(connected("ann", i))).isEqualTo(WaitingEvents.Offered.TAKEN);
    }
    assertThat(waiting.offer(connected("ann", WaitingEvents.MOST_OF_KEY)))
        .isEqualTo(WaitingEvents.Offered.KEY_FULL);
    assertThat(waiting.offer(connected("ann", 0))).isEqualTo(WaitingEvents.Offered.KEY_FULL);
    assertThat(waiting.offer(new SessionEvent.Disconnected(who("ann", "c-0"), TIME, life())))
        .isEqualTo(WaitingEvents.Offered.MERGED);
    assertThat(waiting.offer(connected("bob", 0))).isEqualTo(WaitingEvents.Offered.TAKEN);

    assertThat(take(waiting)).hasSize(WaitingEvents.MOST_OF_KEY + 1);
    for (int i = 0; i < WaitingEvents.MOST_OF_KEY; i++) {
      assertThat(waiting.offer(connected("ann", i))).isEqualTo(WaitingEvents.Offered.TAKEN);
    }
  }

  private static SessionEvent connected(String user, int number) {
    return new SessionEvent.Connected(who(user, "c-" + number), TIME);
  }

  private static void fill(WaitingEvents waiting) {
    int i = 0;
    SessionEvent next;
    do {
      next = new SessionEvent.Connected(who(USERS + i, "other-" + i), TIME);
      i++;
    } while (waiting.offer(next) == WaitingEvents.Offered.TAKEN);
  }

  /// Nobody waits, and as much fits as before.
  @Test
  void eventsBeyondTheBoundAreLostAndCounted() {
    SessionEvents events = started("silent", SessionEventsTest::mute);
    int all = WaitingEvents.MAX_BYTES / 100;
    long began = System.nanoTime();
    for (int i = 0; i < all; i++) {
      events.note(new SessionEvent.Connected(who(USERS + i, "c-" + i), TIME));
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
    double waiting = meters.get("sluice.session.events.queue").gauge().value();
    assertThat(waiting).isBetween(2_500.0, WaitingEvents.MAX_BYTES / 350.0);
    assertThat(lost("full")).isBetween(all - waiting - SessionEvents.ROUND, all - waiting);
    events.close(Duration.ofMillis(100));
    assertThat(lost("closed")).isEqualTo(waiting);
  }

  /// Nobody says so for a node that leaves in order.
  @Test
  void aNodeThatLeavesAndHasLostAnEndSaysThatItIsLost() {
    String topic = SharedKafka.freshTopic(1);
    SessionEvents events = events(topic, SessionEventsTest::kafkaProducer);
    int all = WaitingEvents.MAX_BYTES / 100;
    for (int i = 0; i < all; i++) {
      events.note(new SessionEvent.Disconnected(who(USERS + i, "c-" + i), TIME, life()));
    }
    assertThat(lost("full")).isPositive();
    events.start();
    events.close(PATIENCE);

    List<SessionEvent> told =
        SharedKafka.everything(topic).stream()
            .map(record -> SessionEventJson.read(record.value()).orElseThrow())
            .toList();
    assertThat(told).hasSize((int) (all - lost("full")) + 1);
    assertThat(told.getLast())
        .isInstanceOfSatisfying(
            SessionEvent.NodeLost.class, it -> assertThat(it.node().id()).isEqualTo("n1"));
  }

  @Test
  void whatFailedComesAgainBeforeTheNextOfItsUser() {
    WaitingProducer kafka = new WaitingProducer();
    SessionEvents events = events("t", () -> kafka);
    note(events, 2, 0, 2);
    events.start();
    kafka.await(2);
    kafka.errorNext(new TimeoutException("of user-0"));
    kafka.completeNext();
    kafka.await(4);
    kafka.completeNext();
    kafka.completeNext();
    kafka.await(5);
    kafka.completeNext();

    await().until(() -> written() == 4);
    assertThat(kafka.history().stream().map(SessionEventsTest::client))
        .containsExactly("c-0-of-0", "c-0-of-1", "c-0-of-0", "c-1-of-1", "c-1-of-0");
    assertThat(lost()).isZero();
  }

  @Test
  void whatKafkaRefusesIsLostAndTheNextIsWritten() {
    WaitingProducer kafka = new WaitingProducer();
    SessionEvents events = started("t", () -> kafka);
    note(events, 1, 1, 2);
    kafka.await(1);
    kafka.errorNext(new TopicAuthorizationException("t"));
    note(events, 1, 2, 3);
    kafka.await(2);
    kafka.completeNext();

    await().until(() -> written() == 1);
    assertThat(lost("refused")).isEqualTo(1);
  }

  @Test
  void closingWritesWhatWaits() {
    String topic = SharedKafka.freshTopic(2);
    SessionEvents events = started(topic, SessionEventsTest::kafkaProducer);
    note(events, 100, 0, 5);
    events.close(Duration.ofSeconds(10));
    assertThat(SharedKafka.everything(topic)).hasSize(500);
  }

  @Test
  void withoutATopicNobodyIsTold() {
    SessionEvents events = started("", SessionEventsTest::mute);
    note(events, 1, 0, 1);
    assertThat(meters.find("sluice.session.events").counters()).isEmpty();
  }

  @Test
  void theLogIsReadFromAMomentToItsEnd() {
    KafkaSettings plain = SharedKafka.settings();
    String topic = SharedKafka.freshTopic(3);
    KafkaSettings kafka =
        new KafkaSettings(
            plain.bootstrapServers(),
            plain.properties(),
            false,
            1,
            (short) -1,
            plain.controlTopic(),
            plain.deadLetterTopic(),
            plain.ledgerTopic(),
            topic,
            255,
            plain.fetchBytes());
    SessionEvents events = started(topic, SessionEventsTest::kafkaProducer);
    note(events, 5, 0, 1);
    await().until(() -> written() == 5);
    Instant between = Instant.ofEpochMilli(System.currentTimeMillis() + 1);
    await().until(() -> Instant.now().isAfter(between.plusMillis(1)));
    note(events, 3, 1, 2);
    await().until(() -> written() == 8);

    List<SessionEvent> read = new ArrayList<>();
    assertThat(SessionEventLog.read(kafka, between, read::add)).isEqualTo(3);
    assertThat(read).hasSize(3).allMatch(event -> client(event).startsWith("c-1-"));
    assertThat(SessionEventLog.read(kafka, Instant.now().plusSeconds(60), read::add)).isZero();
  }

  private static List<SessionEvent> take(WaitingEvents waiting) {
    try {
      List<SessionEvent> all = new ArrayList<>();
      while (waiting.size() > 0) {
        all.addAll(waiting.take(10, new HashSet<>(), Duration.ZERO));
      }
      return all;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static SessionEvent.Who who(String user, String client) {
    return new SessionEvent.Who(user, client, "n1", Optional.empty());
  }

  private static SessionEvent.Life life() {
    return new SessionEvent.Life(0, "the client left", TIME, 1, 2);
  }

  private static String client(ProducerRecord<byte[], byte[]> record) {
    return client(SessionEventJson.read(record.value()).orElseThrow());
  }

  private static String client(SessionEvent event) {
    return event instanceof SessionEvent.Connected connected ? connected.who().client() : "";
  }

  private double written() {
    return meters.counter("sluice.session.events.written").count();
  }

  private double lost(String cause) {
    return meters.counter("sluice.session.events.lost", "cause", cause).count();
  }

  private double lost() {
    return meters.find("sluice.session.events.lost").counters().stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  private SessionEvents started(String topic, Supplier<Producer<byte[], byte[]>> producers) {
    SessionEvents events = events(topic, producers);
    events.start();
    return events;
  }

  private SessionEvents events(String topic, Supplier<Producer<byte[], byte[]>> producers) {
    BridgeMetrics metrics = new BridgeMetrics(meters);
    RenewingProducer producer = new RenewingProducer("chores", producers, metrics);
    SessionEvents events = new SessionEvents(topic, producer, metrics, () -> Optional.of(SELF));
    toClose.add(producer);
    toClose.add(events);
    return events;
  }

  private static Producer<byte[], byte[]> kafkaProducer() {
    return new KafkaProducer<>(SharedKafka.clients("n1").chores());
  }

  /// One that answers nothing.
  private static Producer<byte[], byte[]> mute() {
    return new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /// One that answers when it is told to.
  private static final class WaitingProducer extends MockProducer<byte[], byte[]> {
    WaitingProducer() {
      super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    void await(int sent) {
      org.awaitility.Awaitility.await().until(() -> history().size() == sent);
    }
  }
}
