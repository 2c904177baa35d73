package io.sluice.broker;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Publishes for clients. [#publish] may be called by any thread and never blocks: Kafka's `send`,
/// which can, runs on the thread `sluice-publisher` only, behind a queue. Publishes are sent in the
/// order in which they were accepted, so those of one client keep theirs.
///
/// Every publish is answered within `publish.delivery-timeout`, whatever Kafka does. What is
/// refused or rejected at once comes back completed; every other stage is completed on the one
/// thread `sluice-publish-outcomes`: what is hung onto a stage runs there, must be short and never
/// block, and holds up other answers but never Kafka's threads.
///
/// Bounded, as one bulkhead over what waits here and what is with Kafka: `publish.queue` publishes
/// accepted and not yet answered, and of their payloads together 32 MiB or four of the largest,
/// whichever is more; of one topic among several, half of that ([PublishGates]). Beyond: refused.
///
/// Where Kafka fails, publishes to that topic are refused at once ([PublishBreaker]). What came too
/// late because this process did not run ([Pauses]) is no failure of Kafka's.
final class Publisher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Publisher.class);
  private static final Duration LOOK_FOR_EXPIRED = Duration.ofMillis(50);

  /// Outcomes are waited for no longer once the node goes, whatever they may take otherwise.
  private static final Duration MOST_AT_THE_END = Duration.ofSeconds(5);

  /// How far an accepted publish has come. Only one thread can make each step, so that a publish
  /// that is answered as not sent is never sent.
  private enum Stage {
    WAITING,
    TAKEN,
    ANSWERED
  }

  /// One accepted publish.
  private static final class Pending {
    final TopicBinding binding;
    final PublishGates.Gate gate;
    final int permit;
    final byte[] key;
    final byte[] data;
    final RecordHeaders headers;
    final long asked = System.nanoTime();
    final CompletableFuture<PublishOutcome> answer = new CompletableFuture<>();
    final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);

    Pending(
        TopicBinding binding,
        PublishGates.Gate gate,
        int permit,
        byte[] key,
        byte[] data,
        RecordHeaders headers) {
      this.binding = binding;
      this.gate = gate;
      this.permit = permit;
      this.key = key;
      this.data = data;
      this.headers = headers;
    }

    Duration age() {
      return Duration.ofNanos(System.nanoTime() - asked);
    }
  }

  private record Answer(Pending pending, PublishOutcome outcome) {}

  private final PublishSettings settings;
  private final RenewingProducer producer;
  private final ToIntFunction<TopicBinding> partitions;
  private final PositionNames positions;
  private final PublishGates gates;
  private final BridgeMetrics metrics;
  private final Bulkhead all;

  // All three hold accepted publishes only, so `publish.queue` bounds them.
  private final BlockingQueue<Pending> queue = new LinkedBlockingQueue<>();
  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  private final Set<Pending> unanswered = ConcurrentHashMap.newKeySet();
  private final Pauses pauses = new Pauses(System::nanoTime);

  private final Thread sending =
      Thread.ofPlatform().name("sluice-publisher").daemon().unstarted(this::sendAll);
  private final Thread answering =
      Thread.ofPlatform().name("sluice-publish-outcomes").daemon().unstarted(this::answerAll);
  private volatile boolean closing;
  private volatile boolean closed;

  /// A publisher that is not running yet.
  ///
  /// @param producer its own, closed with it
  /// @param partitions how many a topic has now; 0 when it is gone
  Publisher(
      PublishSettings settings,
      RenewingProducer producer,
      ToIntFunction<TopicBinding> partitions,
      PositionNames positions,
      PublishGates gates,
      BridgeMetrics metrics) {
    this.settings = settings;
    this.producer = producer;
    this.partitions = partitions;
    this.positions = positions;
    this.gates = gates;
    this.metrics = metrics;
    this.all = new Bulkhead("", settings.queue(), maxBytes(settings));
    metrics.publishQueue(all::count);
  }

  /// Payloads accepted and not yet answered, together.
  static long maxBytes(PublishSettings settings) {
    return Math.max(32L << 20, 4 * settings.maxPayload().bytes());
  }

  void start() {
    pauses.begin(); // it may have been made long ago
    sending.start();
    answering.start();
  }

  /// The same without a trace.
  CompletionStage<PublishOutcome> publish(
      TopicBinding binding,
      ChannelName channel,
      byte[] data,
      Map<String, String> tags,
      Optional<Identity> from,
      Optional<String> idempotencyKey) {
    return publish(binding, channel, data, tags, from, idempotencyKey, Optional.empty());
  }

  /// Publishes one value. The stage never fails.
  ///
  /// @param channel must be of the binding's namespace
  /// @param data not copied: the caller leaves it alone from here on
  /// @param from the publishing client; nobody for publishes in a service's name
  /// @param idempotencyKey goes into a header; nothing here looks at it
  /// @param traceparent the same
  CompletionStage<PublishOutcome> publish(
      TopicBinding binding,
      ChannelName channel,
      byte[] data,
      Map<String, String> tags,
      Optional<Identity> from,
      Optional<String> idempotencyKey,
      Optional<String> traceparent) {
    if (!channel.namespace().equals(binding.namespace())) {
      throw new IllegalArgumentException(
          "channel '%s' is not in namespace '%s'".formatted(channel, binding.namespace()));
    }
    Optional<byte[]> key = binding.key().encode(channel.key());
    Optional<String> fault = fault(binding, channel, key, data, tags);
    if (fault.isPresent()) {
      return immediate(new PublishOutcome.Rejected(fault.get()));
    }
    RecordHeaders headers = headers(tags, from);
    idempotencyKey.ifPresent(it -> headers.add(KeptHeaders.IDEMPOTENCY_KEY, utf8(it)));
    traceparent.ifPresent(it -> headers.add(KeptHeaders.TRACEPARENT, utf8(it)));
    return accept(binding, key.orElseThrow(), data, headers);
  }

  List<BreakerState> breakers() {
    return gates.states();
  }

  /// Refuses new publishes, gives those accepted this long, then ends.
  void close(Duration timeout) {
    if (closing) {
      return;
    }
    closing = true;
    long deadline = System.nanoTime() + timeout.toNanos();
    try {
      join(sending, left(deadline));
      producer.close(left(deadline));
      closed = true;
      join(answering, Duration.ofSeconds(1));
    } catch (InterruptedException _) {
      producer.close(Duration.ZERO);
      closed = true;
      Thread.currentThread().interrupt();
    }
  }

  /// So that records are stored that may be: of others the outcome is unknown.
  @Override
  public void close() {
    Duration patience = settings.deliveryTimeout();
    close(patience.compareTo(MOST_AT_THE_END) < 0 ? patience : MOST_AT_THE_END);
  }

  private Optional<String> fault(
      TopicBinding binding,
      ChannelName channel,
      Optional<byte[]> key,
      byte[] data,
      Map<String, String> tags) {
    if (key.isEmpty()) {
      return Optional.of("'%s' is no %s key".formatted(channel.key(), binding.key().configName()));
    }
    if (data.length > settings.maxPayload().bytes()) {
      return Optional.of(
          "a payload of %d bytes, publish.max-payload is %s"
              .formatted(data.length, settings.maxPayload()));
    }
    return KeptHeaders.fault(tags);
  }

  private static RecordHeaders headers(Map<String, String> tags, Optional<Identity> from) {
    RecordHeaders headers = new RecordHeaders();
    tags.forEach((key, value) -> headers.add(KeptHeaders.TAG_PREFIX + key, utf8(value)));
    from.ifPresent(who -> {
      headers.add(KeptHeaders.USER, utf8(who.user()));
      headers.add(KeptHeaders.CLIENT, utf8(who.client()));
    });
    return headers;
  }

  private CompletionStage<PublishOutcome> accept(
      TopicBinding binding, byte[] key, byte[] data, RecordHeaders headers) {
    if (closing) {
      return refused("this node is leaving");
    }
    if (partitions.applyAsInt(binding) <= 0) {
      return refused(notThere(binding));
    }
    PublishGates.Gate gate = gates.of(binding.topic());
    OptionalInt permit = gate.breaker().permit();
    if (permit.isEmpty()) {
      return immediate(brokenOff(gate));
    }
    Pending pending = new Pending(binding, gate, permit.getAsInt(), key, data, headers);
    Optional<String> full = enter(pending);
    if (full.isPresent()) {
      ended(pending, KafkaSign.NOTHING, "");
      return refused(full.get());
    }
    unanswered.add(pending);
    queue.add(pending);
    if (closing) { // the publisher's thread may have looked for the last time
      refuseWaiting(pending, "this node is leaving");
    }
    return pending.answer;
  }

  private Optional<String> enter(Pending pending) {
    int size = pending.data.length;
    return all.enter(size)
        .or(() -> {
          Optional<String> full = pending.gate.share().enter(size);
          full.ifPresent(_ -> all.leave(size));
          return full;
        });
  }

  private static PublishOutcome.Refused brokenOff(PublishGates.Gate gate) {
    BreakerState state = gate.breaker().state();
    return new PublishOutcome.Refused(
        "breaker '%s' is %s since %s: %s"
            .formatted(state.name(), state.state().label(), state.since(), state.lastCause()),
        gate.breaker().retryAfter());
  }

  private static String notThere(TopicBinding binding) {
    return "topic '" + binding.topic() + "' is not there";
  }

  private CompletionStage<PublishOutcome> refused(String reason) {
    return immediate(new PublishOutcome.Refused(reason));
  }

  private CompletionStage<PublishOutcome> immediate(PublishOutcome outcome) {
    metrics.published(outcome, Duration.ZERO);
    return CompletableFuture.completedFuture(outcome);
  }

  private void sendAll() {
    while (!closing || !queue.isEmpty()) {
      try {
        Pending next = queue.poll(LOOK_FOR_EXPIRED.toMillis(), TimeUnit.MILLISECONDS);
        if (next != null) {
          take(next);
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts the publisher", e);
      }
    }
  }

  private void take(Pending next) {
    try {
      send(next);
    } catch (RuntimeException e) { // ours; it must not end the thread that all depend on
      log.error("a publish could not be sent topic={}", next.binding.topic(), e);
      answer(next, new PublishOutcome.Unknown("this node failed"), KafkaSign.NOTHING);
    }
  }

  private void send(Pending next) {
    if (!next.stage.compareAndSet(Stage.WAITING, Stage.TAKEN)) {
      return;
    }
    int count = partitions.applyAsInt(next.binding);
    Optional<PublishOutcome> refusal = refusal(next, count);
    if (refusal.isPresent()) {
      answer(next, refusal.get(), KafkaSign.NOTHING);
      return;
    }
    int partition = next.binding.partitioner().partition(next.key, count);
    producer.send(
        new ProducerRecord<>(
            next.binding.topic(), partition, null, next.key, next.data, next.headers),
        result ->
            answer(next, outcome(next.binding, partition, result), PublishFaults.sign(result)));
  }

  private Optional<PublishOutcome> refusal(Pending next, int count) {
    if (count <= 0) {
      return Optional.of(new PublishOutcome.Refused(notThere(next.binding)));
    }
    if (next.age().compareTo(patience()) > 0) {
      return Optional.of(
          new PublishOutcome.Refused(
              "waited %d ms for Kafka, twice publish.max-block".formatted(next.age().toMillis())));
    }
    return next.gate.breaker().takesBack(next.permit)
        ? Optional.of(brokenOff(next.gate))
        : Optional.empty();
  }

  /// Twice `max-block`: who waits behind one blocking send is still served after it.
  private Duration patience() {
    return settings.maxBlock().multipliedBy(2);
  }

  private PublishOutcome outcome(TopicBinding binding, int partition, SendResult result) {
    return switch (result) {
      case SendResult.Stored(long offset) ->
          new PublishOutcome.Acknowledged(
              new Position(positions.epoch(binding, partition), offset + 1));
      case SendResult.NotSent(Exception e) -> PublishFaults.notSent(e, binding.topic());
      case SendResult.Failed(Exception e) -> PublishFaults.failed(e, binding.topic());
    };
  }

  private void answer(Pending pending, PublishOutcome outcome, KafkaSign sign) {
    if (pending.stage.getAndSet(Stage.ANSWERED) != Stage.ANSWERED) {
      answered(pending, outcome, sign);
    }
  }

  private void refuseWaiting(Pending pending, String reason) {
    if (pending.stage.compareAndSet(Stage.WAITING, Stage.ANSWERED)) {
      answered(pending, new PublishOutcome.Refused(reason), KafkaSign.NOTHING);
    }
  }

  private void answered(Pending pending, PublishOutcome outcome, KafkaSign sign) {
    unanswered.remove(pending);
    ended(pending, sign, why(outcome));
    answers.add(new Answer(pending, outcome));
  }

  private void ended(Pending pending, KafkaSign sign, String why) {
    if (sign == KafkaSign.ANSWERED) {
      pauses.answered();
    }
    boolean failed = sign == KafkaSign.FAILED || sign == KafkaSign.SILENT;
    KafkaSign shown = failed && pauses.since(pending.asked) ? KafkaSign.NOTHING : sign;
    pending.gate.breaker().ended(pending.permit, shown, why, patience());
  }

  private static String why(PublishOutcome outcome) {
    return switch (outcome) {
      case PublishOutcome.Acknowledged _ -> "";
      case PublishOutcome.Refused(String reason, Duration _) -> reason;
      case PublishOutcome.Unknown(String reason) -> reason;
      case PublishOutcome.Rejected(String reason) -> reason;
    };
  }

  private void answerAll() {
    long looked = System.nanoTime();
    while (!closed || !unanswered.isEmpty() || !answers.isEmpty()) {
      try {
        Answer next = answers.poll(LOOK_FOR_EXPIRED.toMillis(), TimeUnit.MILLISECONDS);
        if (next != null) {
          complete(next);
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts the answering thread", e);
      }
      if (closed || System.nanoTime() - looked > LOOK_FOR_EXPIRED.toNanos()) {
        pauses.look();
        unanswered.forEach(this::expire);
        looked = System.nanoTime();
        gates.look();
      }
    }
  }

  private void expire(Pending pending) {
    if (closed || pending.age().compareTo(settings.deliveryTimeout()) > 0) {
      String reason = closed ? "this node has left" : "no answer from Kafka in time";
      refuseWaiting(pending, reason);
      answer(
          pending,
          new PublishOutcome.Unknown(reason),
          closed ? KafkaSign.NOTHING : KafkaSign.FAILED);
    }
  }

  private void complete(Answer next) {
    release(next.pending);
    metrics.published(next.outcome, next.pending.age());
    next.pending.answer.complete(next.outcome);
  }

  private void release(Pending pending) {
    all.leave(pending.data.length);
    pending.gate.share().leave(pending.data.length);
  }

  private static void join(Thread thread, Duration timeout) throws InterruptedException {
    if (thread.isAlive()) {
      thread.join(timeout);
    }
  }

  private static Duration left(long deadline) {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
