package io.sluice.broker;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What nodes tell each other: a heartbeat in the control topic every 2 s, and from everybody's
/// heartbeats the live nodes and the duties. Works again by itself after an outage of Kafka, during
/// which the list stays as it was.
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

  private record Nodes(List<NodeInfo> infos, List<String> ids) {}

  private final NodeInfo self;
  private final TopicPartition partition;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final RenewingProducer producer;
  private final BridgeMetrics metrics;
  private final Duration heartbeat;
  private final Thread thread =
      Thread.ofPlatform().name("sluice-control").daemon().unstarted(this::run);
  private final CountDownLatch wake = new CountDownLatch(1);
  private final AtomicBoolean beating = new AtomicBoolean();
  private final RareWarning silent = new RareWarning(System::nanoTime);
  private final RareWarning deaf = new RareWarning(System::nanoTime);

  private volatile Nodes nodes;
  private volatile long selfSeen;
  private volatile boolean selfEverSeen;
  private volatile boolean closing;
  private volatile @Nullable Consumer<byte[], byte[]> current;

  // The thread's own.
  private final Liveness liveness = new Liveness();
  private long nextBeat = System.nanoTime();
  private long nextOffset = -1;

  /// A control plane that knows only itself until [#start].
  ///
  /// @param consumers gives a new consumer with no assignment
  /// @param producer shared with other chores and closed by others, after this
  ControlPlane(
      NodeInfo self,
      String topic,
      Supplier<Consumer<byte[], byte[]>> consumers,
      RenewingProducer producer,
      BridgeMetrics metrics) {
    this(self, topic, consumers, producer, metrics, HEARTBEAT);
  }

  /// @param heartbeat between two; more than [Liveness#APART]
  ControlPlane(
      NodeInfo self,
      String topic,
      Supplier<Consumer<byte[], byte[]>> consumers,
      RenewingProducer producer,
      BridgeMetrics metrics,
      Duration heartbeat) {
    this.self = self;
    this.partition = new TopicPartition(topic, 0);
    this.consumers = consumers;
    this.producer = producer;
    this.metrics = metrics;
    this.heartbeat = heartbeat;
    this.nodes = withSelf(List.of());
    metrics.nodes(() -> liveNodes().size());
  }

  void start() {
    thread.start();
  }

  /// The live nodes, this one first.
  List<NodeInfo> liveNodes() {
    return nodes.infos();
  }

  /// Whether a chore, such as `topic/partition`, falls to this node. While nodes come and go two
  /// may say yes at the same time, so chores must bear being done twice.
  boolean isDuty(String chore) {
    return Rendezvous.owner(chore, nodes.ids()).orElse("").equals(self.id());
  }

  /// Whether this node's own heartbeats come back to it, so that the others hear it too. Not so for
  /// longer than the dead-node interval, about 8 s: it may be dead to the others.
  boolean seesItself() {
    long deadNodeInterval = heartbeat.multipliedBy(Liveness.FATAL).toNanos();
    return selfEverSeen && System.nanoTime() - selfSeen < deadNodeInterval;
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
        beatIfDue();
        seek(consumer);
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
      long from = System.currentTimeMillis() - LOOK_BACK.toMillis();
      OffsetAndTimestamp found = consumer.offsetsForTimes(Map.of(partition, from)).get(partition);
      Long end = consumer.endOffsets(List.of(partition)).get(partition);
      nextOffset = found != null ? found.offset() : end == null ? 0 : end;
    }
    consumer.seek(partition, nextOffset);
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
    }
    if (changed) {
      nodes = withSelf(liveness.live());
      log.info("live nodes changed nodes={}", nodes.ids());
    }
    OffsetAndMetadata next = records.nextOffsets().get(partition);
    if (next != null) {
      nextOffset = next.offset();
    }
  }

  private boolean read(ConsumerRecord<byte[], byte[]> record) {
    return switch (ControlMessage.read(record.key(), record.value())) {
      case ControlMessage.Heartbeat(NodeInfo node) -> {
        if (node.id().equals(self.id()) && node.started().equals(self.started())) {
          selfSeen = System.nanoTime();
          selfEverSeen = true;
        }
        yield liveness.heartbeat(node, record.timestamp());
      }
      case ControlMessage.Left(String id) -> liveness.left(id);
      case ControlMessage.Unknown _ -> false;
      case ControlMessage.Unreadable _ -> {
        metrics.controlUnreadable();
        yield false;
      }
    };
  }

  /// Sends a heartbeat when it is time. While one is under way no other is sent: Kafka would get a
  /// burst of stale ones after an outage.
  private void beatIfDue() {
    long now = System.nanoTime();
    if (now - nextBeat < 0) {
      return;
    }
    nextBeat = now + heartbeat.toNanos();
    if (beating.compareAndSet(false, true)) {
      send(
          ControlMessage.heartbeat(self),
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
    byte[] key = self.id().getBytes(StandardCharsets.UTF_8);
    producer.send(
        new ProducerRecord<>(partition.topic(), partition.partition(), key, value), result);
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

  /// This node always counts itself, even before it has read its first heartbeat: a node that is
  /// alone does its chores from the start.
  private Nodes withSelf(List<NodeInfo> live) {
    List<NodeInfo> infos =
        Stream.concat(Stream.of(self), live.stream().filter(node -> !node.id().equals(self.id())))
            .toList();
    return new Nodes(infos, infos.stream().map(NodeInfo::id).toList());
  }
}
