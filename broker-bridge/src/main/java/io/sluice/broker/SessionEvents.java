package io.sluice.broker;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes what happens to users' connections to the sessions topic, in order for each key.
///
/// [#note] may be called by any thread, never blocks and never fails. At most
/// [WaitingEvents#MAX_BYTES] wait here and [#ROUND] events more are with the producer; further ones
/// are lost and counted. They are written in rounds, one after another, with one event of a key in
/// each: so one that Kafka does not take in time is written again in the next, and is overtaken by
/// none of its key. One that Kafka took without saying so is there twice. A node that leaves and
/// has lost the end of a connection says last that it is lost, which ends all of its connections.
final class SessionEvents implements SessionEventSink, AutoCloseable {
  /// Events handed to the producer at once. Small beside its buffer, so that heartbeats find room.
  static final int ROUND = 250;

  private static final Logger log = LoggerFactory.getLogger(SessionEvents.class);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
  private static final String CONTENT_TYPE = "content-type";
  private static final byte[] CLOUD_EVENT =
      SessionEventJson.CONTENT_TYPE.getBytes(StandardCharsets.UTF_8);

  private final String topic;
  private final RenewingProducer producer;
  private final BridgeMetrics metrics;
  private final WaitingEvents waiting = new WaitingEvents();
  private final Supplier<Optional<NodeInfo>> self;
  private final RareWarning lost = new RareWarning(System::nanoTime);
  private final Thread thread =
      Thread.ofPlatform().name("sluice-session-events").daemon().unstarted(this::run);
  private volatile boolean endLost;
  private volatile boolean closing;
  private volatile boolean closed;

  /// Events that wait until [#start].
  ///
  /// @param topic empty: nobody wants to know
  /// @param producer shared with other chores and closed by others, after this
  /// @param self this node; nothing before it has joined
  SessionEvents(
      String topic,
      RenewingProducer producer,
      BridgeMetrics metrics,
      Supplier<Optional<NodeInfo>> self) {
    this.topic = topic;
    this.producer = producer;
    this.metrics = metrics;
    this.self = self;
    metrics.sessionEventQueue(waiting::size);
    if (!topic.isEmpty()) {
      metrics.sessionEvents();
    }
  }

  void start() {
    if (!topic.isEmpty()) {
      thread.start();
    }
  }

  @Override
  public void note(SessionEvent event) {
    if (topic.isEmpty()) {
      return;
    }
    metrics.sessionEvent(SessionEventJson.name(event));
    if (closed) {
      lateForGood();
      return;
    }
    switch (waiting.offer(event)) {
      case TAKEN -> {
        // it is written soon
      }
      case MERGED -> metrics.sessionEventMerged();
      case FULL -> lose(event, "full", WaitingEvents.MAX_BYTES + " bytes of them wait");
      case KEY_FULL -> lose(event, "user-full", WaitingEvents.MOST_OF_KEY + " of one user wait");
    }
  }

  private void lose(SessionEvent event, String cause, String why) {
    switch (event) {
      case SessionEvent.TakenOver _, SessionEvent.Disconnected _ -> endLost = true;
      case SessionEvent.Connected _, SessionEvent.Resumed _, SessionEvent.NodeLost _ -> {
        // an end without its beginning says all of it
      }
    }
    lose(cause, why);
  }

  /// Gives the events that wait this long, then ends.
  void close(Duration timeout) {
    if (closing) {
      return;
    }
    closing = true;
    try {
      if (thread.isAlive()) {
        thread.join(timeout);
      }
      closed = true;
      while (waiting.size() > 0) {
        waiting.take(Integer.MAX_VALUE, new HashSet<>(), Duration.ZERO).forEach(_ -> lateForGood());
      }
    } catch (InterruptedException _) {
      closed = true;
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    close(Duration.ofSeconds(2));
  }

  private void run() {
    List<SessionEvent> again = List.of();
    try {
      while (!closed) {
        List<SessionEvent> round = new ArrayList<>(again);
        Set<String> keys = new HashSet<>();
        again.forEach(event -> keys.add(event.key()));
        round.addAll(
            waiting.take(ROUND - again.size(), keys, again.isEmpty() ? LOOK_AGAIN : Duration.ZERO));
        if (round.isEmpty()) {
          if (!closing) {
            continue;
          }
          Optional<SessionEvent> last = lastWord();
          if (last.isEmpty()) {
            return;
          }
          round.add(last.get());
        }
        again = write(round);
        if (!again.isEmpty()) {
          Thread.sleep(LOOK_AGAIN);
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the writer of session events", e);
    }
    again.forEach(_ -> lateForGood());
  }

  /// What is to be said when nothing waits any more.
  private Optional<SessionEvent> lastWord() {
    if (!endLost) {
      return Optional.empty();
    }
    endLost = false;
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    return self.get().map(node -> new SessionEvent.NodeLost(node, now));
  }

  /// Writes a round and waits until Kafka has answered all of it, which takes no longer than the
  /// producer's delivery time-out. After one that was not even sent the rest is left for the next
  /// round: each would block as long.
  ///
  /// @return those to be written again, in order
  private List<SessionEvent> write(List<SessionEvent> round) throws InterruptedException {
    AtomicReferenceArray<SendResult> results = new AtomicReferenceArray<>(round.size());
    CountDownLatch answered = new CountDownLatch(round.size());
    boolean stopped = false;
    for (int i = 0; i < round.size(); i++) {
      if (stopped) {
        answered.countDown();
        continue;
      }
      int at = i;
      producer.send(
          record(round.get(i)),
          result -> {
            results.set(at, result);
            answered.countDown();
          });
      stopped = results.get(i) instanceof SendResult.NotSent(RetriableException _);
    }
    answered.await();
    return unwritten(round, results);
  }

  private List<SessionEvent> unwritten(
      List<SessionEvent> round, AtomicReferenceArray<SendResult> results) {
    List<SessionEvent> again = new ArrayList<>();
    for (int i = 0; i < round.size(); i++) {
      switch (results.get(i)) {
        case null -> again.add(round.get(i)); // its turn did not come
        case SendResult.Stored _ -> metrics.sessionEventWritten();
        case SendResult.NotSent(Exception e) -> failed(round.get(i), e, again);
        case SendResult.Failed(Exception e) -> failed(round.get(i), e, again);
      }
    }
    return again;
  }

  private void failed(SessionEvent event, Exception e, List<SessionEvent> again) {
    if (e instanceof RetriableException) {
      again.add(event);
    } else {
      lose(event, "refused", e.toString());
    }
  }

  private void lateForGood() {
    lose("closed", "this node has left");
  }

  private void lose(String cause, String why) {
    metrics.sessionEventLost(cause);
    long count = lost.ask();
    if (count > 0) {
      log.warn("session events are lost count={} cause=\"{}\" topic={}", count, why, topic);
    }
  }

  private ProducerRecord<byte[], byte[]> record(SessionEvent event) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic, event.key().getBytes(StandardCharsets.UTF_8), SessionEventJson.write(event));
    record.headers().add(CONTENT_TYPE, CLOUD_EVENT);
    return record;
  }
}
