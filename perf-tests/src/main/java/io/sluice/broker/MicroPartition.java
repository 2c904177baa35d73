package io.sluice.broker;

import java.util.List;
import org.apache.kafka.common.Uuid;

/// A partition without Kafka, written as a tailer would, for those who measure: what they measure
/// is not public, and is not to become so for their sake. One thread writes, any reads.
public final class MicroPartition {
  private static final byte[] NO_HEADERS = new byte[0];
  private static final int LONGEST_CHANNEL = 255;

  private final TailedPartition partition;
  private final TopicTail topic;
  private final TailListener listener;
  private final WindowWriter writer;
  private long next;

  /// @param budget what its window may hold
  /// @param listener told of what [#publish] appends
  public MicroPartition(TopicBinding binding, ByteSize budget, TailListener listener) {
    Epoch epoch = new Epoch(Uuid.ZERO_UUID, 0, 1, 0);
    Window window = new Window(binding, epoch, 0, budget, MicroPartition::refuse);
    this.partition = new TailedPartition(0, binding, 0, window, 0);
    this.topic =
        new TopicTail(
            binding,
            new RecordRouter(binding, LONGEST_CHANNEL),
            Uuid.ZERO_UUID,
            List.of(partition));
    this.listener = listener;
    this.writer = window.takeOver();
  }

  private static void refuse(
      int partition, long offset, long time, String key, byte[] head, int n) {
    throw new IllegalStateException("not of the binding's kind: offset " + offset);
  }

  public TailedPartition partition() {
    return partition;
  }

  public Window window() {
    return partition.window();
  }

  /// Appends a record and moves the tail; tells nobody.
  public void append(String key, byte[] value) {
    if (!writer.append(key, next, next, NO_HEADERS, value) || !writer.publish(next + 1)) {
      throw new IllegalStateException("not taken: offset " + next);
    }
    next++;
  }

  /// As [#append], and tells the listener, as a tailer does after each poll.
  public void publish(String key, byte[] value) {
    long from = next;
    append(key, value);
    listener.appended(partition, partition.window(), from, next);
  }

  /// Resolves a client's position.
  ///
  /// @param key the channel's record key
  public PositionPlan plan(Position requested, byte[] key) {
    return Positions.plan(requested, key, topic, partition.window(), ReplayLimits.OFF);
  }
}
