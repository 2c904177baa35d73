package io.sluice.broker;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What nodes tell each other in the control topic: a heartbeat every 2 s, from everybody's of
/// which the live nodes and the duties follow, and commands, which every node executes once and in
/// the same order. Works again by itself after an outage of Kafka, during which the list stays as
/// it was.
///
/// Reads and writes on one thread of its own, a platform thread, so that heartbeats wait for no
/// carrier. All other methods may be called by any thread and, but for [#close], never block.
final class ControlPlane implements AutoCloseable {
  /// Between two heartbeats.
  static final Duration HEARTBEAT = Duration.ofSeconds(2);

  /// How far back a starting node reads: several times what it takes to tell the dead.
  static final Duration LOOK_BACK = Duration.ofSeconds(30);

  private static final Logger log = LoggerFactory.getLogger(ControlPlane.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration LEAVING = Duration.ofSeconds(2);

  private final NodeInfo self;
  private final ControlListener listener;
  private final Supplier<NodeLoad> load;
  private final TopicPartition partition;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final RenewingProducer producer;
  private final Telling telling;
  private final BridgeMetrics metrics;
  private final Duration heartbeat;
  private final Thread thread =
      Thread.ofPlatform().name("sluice-control").daemon().unstarted(this::run);
  private final CountDownLatch wake = new CountDownLatch(1);
  private final CountDownLatch listening = new CountDownLatch(1);
  private final AtomicBoolean beating = new AtomicBoolean();
  private final RareWarning silent = new RareWarning(System::nanoTime);
  private final RareWarning loadless = new RareWarning(System::nanoTime);
  private final RareWarning deaf = new RareWarning(System::nanoTime);

  private final KnownNodes nodes;
  private volatile boolean closing;
  private volatile @Nullable Consumer<byte[], byte[]> current;

  // The thread's own.
  private final CommandGate gate;
  private long nextBeat = System.nanoTime();
  private long nextOffset = -1;
  private long joinedAt;

  /// A control plane that knows only itself until [#start].
  ///
  /// @param listener told what comes from the others
  /// @param load this node's own now, asked by any thread
  /// @param consumers gives a new consumer with no assignment
  /// @param producer shared with other chores and closed by others, after this
  /// @param telling sends commands, closed before this
  ControlPlane(
      NodeInfo self,
      ControlListener listener,
      Supplier<NodeLoad> load,
      String topic,
      Supplier<Consumer<byte[], byte[]>> consumers,
      RenewingProducer producer,
      Telling telling,
      BridgeMetrics metrics) {
    this(
        self,
        listener,
        load,
        topic,
        consumers,
        producer,
        telling,
        metrics,
        HEARTBEAT,
        CommandGate.STALE);
  }

  /// @param heartbeat between two; more than [Liveness#APART]
  /// @param stale the age from which on commands are passed over
  ControlPlane(
      NodeInfo self,
      ControlListener listener,
      Supplier<NodeLoad> load,
      String topic,
      Supplier<Consumer<byte[], byte[]>> consumers,
      RenewingProducer producer,
      Telling telling,
      BridgeMetrics metrics,
      Duration heartbeat,
      Duration stale) {
    this.self = self;
    this.listener = listener;
    this.load = () -> known(load);
    this.partition = new TopicPartition(topic, 0);
    this.consumers = consumers;
    this.producer = producer;
    this.telling = telling;
    this.metrics = metrics;
    this.heartbeat = heartbeat;
    this.nodes = new KnownNodes(self, this.load, heartbeat);
    this.gate = new CommandGate(stale);
    metrics.nodes(() -> liveNodes().size());
  }

  /// A load that cannot be told keeps no heartbeat from being sent.
  private NodeLoad known(Supplier<NodeLoad> asked) {
    try {
      return asked.get();
    } catch (RuntimeException e) {
      if (loadless.ask() > 0) {
        log.warn("this node's load is not known", e);
      }
      return NodeLoad.NONE;
    }
  }

  void start() {
    thread.start();
  }

  /// Waits until it listens: what is told from then on is heard here.
  void awaitListening(Duration patience) {
    try {
      if (!listening.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("the control topic is not read yet topic={}", partition);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // whoever is in a hurry
    }
  }

  /// Tells every node something. The stage never fails.
  CompletionStage<TellOutcome> tell(byte[] what) {
    if (what.length > ControlMessage.MAX_BODY) {
      return CompletableFuture.completedFuture(
          new TellOutcome.Rejected(
              "%d bytes for all nodes, at most %d"
                  .formatted(what.length, ControlMessage.MAX_BODY)));
    }
    if (listening.getCount() > 0) {
      return CompletableFuture.completedFuture(
          new TellOutcome.Refused("the control topic could not be read yet"));
    }
    return telling.send(partition.topic(), key(), ControlMessage.command(Uuid.randomUuid(), what));
  }

  /// The live nodes, this one first.
  List<NodeInfo> liveNodes() {
    return nodes.infos();
  }

  /// The same, with how they are.
  List<NodeStatus> statuses() {
    return nodes.statuses();
  }

  /// Whether a chore, such as `topic/partition`, falls to this node. While nodes come and go two
  /// may say yes at the same time, so chores must bear being done twice.
  boolean isDuty(String chore) {
    return Rendezvous.owner(chore, nodes.ids()).orElse("").equals(self.id());
  }

  /// As in [KnownNodes#seesItself].
  boolean seesItself() {
    return nodes.seesItself();
  }

  /// Ends the heartbeats and tells the others, which takes at most about 5 s (when Kafka is away).
  @Override
  public void close() {
    if (closing) {
      return;
    }
    closing = true;
    wake.countDown();
    Consumer<byte[], byte[]> consumer = current;
    if (consumer != null) {
      consumer.wakeup();
    }
    try {
      if (thread.isAlive()) {
        thread.join(LEAVING);
        leave();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!closing) {
      try (Consumer<byte[], byte[]> consumer = consumers.get()) {
        current = consumer;
        consumer.assign(List.of(partition));
        seek(consumer); // before the first heartbeat: who sees this node takes it for one that
        // listens
        while (!closing) {
          beatIfDue();
          read(consumer);
        }
      } catch (WakeupException _) {
        // closing: the loop's condition sees to it
      } catch (RuntimeException e) {
        long count = deaf.ask();
        if (count > 0) {
          log.warn("the control topic cannot be read count={} topic={}", count, partition, e);
        }
        pause();
      } finally {
        current = null;
      }
    }
  }

  /// To where it was before a failure, else to the heartbeats of the last half minute, else to the
  /// end.
  private void seek(Consumer<byte[], byte[]> consumer) {
    if (nextOffset < 0) {
      long asked = System.nanoTime();
      long from = System.currentTimeMillis() - LOOK_BACK.toMillis();
      OffsetAndTimestamp found = consumer.offsetsForTimes(Map.of(partition, from)).get(partition);
      Long end = consumer.endOffsets(List.of(partition)).get(partition);
      joinedAt = end == null ? 0 : end;
      gate.joined(joinedAt, asked);
      nextOffset = found == null ? joinedAt : found.offset();
    }
    consumer.seek(partition, nextOffset);
    listening.countDown();
  }

  private void read(Consumer<byte[], byte[]> consumer) {
    ConsumerRecords<byte[], byte[]> records;
    try {
      records = consumer.poll(Duration.ofNanos(Math.max(0, nextBeat - System.nanoTime())));
    } catch (InvalidOffsetException e) {
      log.warn("the control topic is not what it was, reading it anew cause={}", e.toString());
      nextOffset = -1;
      seek(consumer);
      return;
    }
    boolean changed = false;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      changed |= read(record);
      nodes.takeDead(record.offset() >= joinedAt).forEach(this::died);
    }
    if (changed) {
      log.info("live nodes changed nodes={}", nodes.ids());
    }
    OffsetAndMetadata next = records.nextOffsets().get(partition);
    if (next != null) {
      nextOffset = next.offset();
    }
  }

  private boolean read(ConsumerRecord<byte[], byte[]> record) {
    return switch (ControlMessage.read(record.key(), record.value())) {
      case ControlMessage.Heartbeat(NodeInfo node, NodeLoad itsLoad) -> {
        if (nodes.isSelf(node)) {
          gate.ownHeartbeat(record.timestamp(), System.nanoTime());
        }
        yield nodes.heartbeat(node, itsLoad, record.timestamp());
      }
      case ControlMessage.Left(String id) -> nodes.left(id);
      case ControlMessage.Command(Uuid id, byte[] body) -> {
        execute(record, id, body);
        yield false;
      }
      case ControlMessage.Unknown _ -> false;
      case ControlMessage.Unreadable _ -> {
        metrics.controlUnreadable();
        yield false;
      }
    };
  }

  private void execute(ConsumerRecord<byte[], byte[]> record, Uuid id, byte[] body) {
    if (!gate.admits(record.offset(), record.timestamp(), id, System.nanoTime())) {
      metrics.command("passed-over");
      return;
    }
    metrics.command("executed");
    try {
      listener.told(body);
    } catch (RuntimeException e) {
      log.error("a command could not be executed offset={}", record.offset(), e);
    }
  }

  private void died(NodeInfo node) {
    log.info("a node died nodeId={}", node.id());
    try {
      listener.died(node);
    } catch (RuntimeException e) {
      log.error("a node's death was not dealt with nodeId={}", node.id(), e);
    }
  }

  /// Sends a heartbeat when it is time. While one is under way no other is sent: Kafka would get a
  /// burst of stale ones after an outage.
  private void beatIfDue() {
    long now = System.nanoTime();
    if (now - nextBeat < 0) {
      return;
    }
    nextBeat = now + heartbeat.toNanos();
    byte[] message = ControlMessage.heartbeat(self, load.get());
    if (beating.compareAndSet(false, true)) {
      send(
          message,
          result -> {
            beating.set(false);
            settle(result);
          });
    }
  }

  private void settle(SendResult result) {
    switch (result) {
      case SendResult.Stored _ -> metrics.heartbeatStored();
      case SendResult.NotSent(Exception e) -> failed(e);
      case SendResult.Failed(Exception e) -> failed(e);
    }
  }

  private void failed(Exception e) {
    metrics.heartbeatFailed();
    long count = silent.ask();
    if (count > 0) {
      log.warn("heartbeats fail count={} topic={} cause={}", count, partition, e.toString());
    }
  }

  private void leave() throws InterruptedException {
    CountDownLatch told = new CountDownLatch(1);
    send(null, _ -> told.countDown());
    if (!told.await(LEAVING.toMillis(), TimeUnit.MILLISECONDS)) {
      log.info("left without telling the others, who will notice nodeId={}", self.id());
    }
  }

  @SuppressWarnings("NullAway") // a null value is how a node says that it leaves
  private void send(byte @Nullable [] value, java.util.function.Consumer<SendResult> result) {
    producer.send(
        new ProducerRecord<>(partition.topic(), partition.partition(), key(), value), result);
  }

  private void pause() {
    try {
      if (!wake.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
        beatIfDue();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the control plane", e);
    }
  }

  private byte[] key() {
    return self.id().getBytes(StandardCharsets.UTF_8);
  }
}
