package io.sluice.broker;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/// Whether another node runs, for a node that has not joined yet: it listens for heartbeats.
final class OthersAlive {
  /// Twice the pause between heartbeats, and some.
  private static final Duration LIMIT = ControlPlane.HEARTBEAT.multipliedBy(2).plusSeconds(1);

  /// Old records that are looked at: a node that is not among them is dead.
  private static final long LOOK_BACK = 1_000;

  private static final Duration POLL = Duration.ofMillis(500);

  private OthersAlive() {}

  /// Listens until one is heard, for about 5 s at most; not at all when all who spoke lately have
  /// said that they leave.
  ///
  /// @param self this node's id
  static boolean listen(Consumer<byte[], byte[]> consumer, String controlTopic, String self) {
    TopicPartition tp = new TopicPartition(controlTopic, 0);
    long end = StartOffsets.of(consumer.endOffsets(List.of(tp)), tp);
    long start = StartOffsets.of(consumer.beginningOffsets(List.of(tp)), tp);
    consumer.assign(List.of(tp));
    consumer.seek(tp, Math.max(start, end - LOOK_BACK));
    Set<String> spoke = new HashSet<>();
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (deadline - System.nanoTime() > 0) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        switch (ControlMessage.read(record.key(), record.value())) {
          case ControlMessage.Heartbeat(NodeInfo node, NodeLoad _) when !node.id().equals(self) -> {
            if (record.offset() >= end) {
              return true;
            }
            spoke.add(node.id());
          }
          case ControlMessage.Left(String id) -> spoke.remove(id);
          case ControlMessage.Heartbeat _,
              ControlMessage.Command _,
              ControlMessage.Unknown _,
              ControlMessage.Unreadable _ -> {
            // says nothing of others
          }
        }
      }
      if (consumer.position(tp) >= end && spoke.isEmpty()) {
        return false;
      }
    }
    return false;
  }
}
