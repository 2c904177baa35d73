package io.sluice.broker;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/// A partition without Kafka, written by the test as a tailer would.
public final class TestPartition {
  private static final byte[] NO_HEADERS = new byte[0];

  /// For newest values that have left its window, where its namespace keeps them.
  private static final ByteSize LAST_VALUES = ByteSize.mib(1);

  private final TailedPartition partition;
  private final TailListener listener;
  private final int number;
  private Runnable onBadPayload = () -> {};
  private WindowWriter before;
  private WindowWriter writer;

  public TestPartition(TopicBinding binding, ByteSize budget, TailListener listener) {
    this(0, binding, budget, listener);
  }

  /// @param number of the partition
  public TestPartition(int number, TopicBinding binding, ByteSize budget, TailListener listener) {
    this.listener = listener;
    this.number = number;
    Window window = window(binding, budget, 0);
    partition = new TailedPartition(number, binding, number, window, 0);
    writer = window.takeOver();
    before = writer;
  }

  /// Runs while a reader finds out that a record is not JSON.
  public void onBadPayload(Runnable action) {
    onBadPayload = action;
  }

  private Window window(TopicBinding binding, ByteSize budget, int lineage) {
    return new Window(
        binding,
        new Epoch(Uuid.ZERO_UUID, number, number + 1, lineage),
        0,
        budget,
        binding.keepsLastValues()
            ? Optional.of(new LastValues(LAST_VALUES, true, () -> {}))
            : Optional.empty(),
        (_, _, _, _, _, _) -> onBadPayload.run());
  }

  public TailedPartition partition() {
    return partition;
  }

  /// Appends without telling anyone: the first half of what a tailer does.
  public void append(String key, String json) {
    Window window = partition.window();
    long offset = window.nextOffset();
    writer.append(key, offset, 1, NO_HEADERS, json.getBytes(StandardCharsets.UTF_8));
    writer.publish(offset + 1);
  }

  /// The second half.
  public void tell(long from) {
    listener.appended(partition, partition.window(), from, partition.window().tail());
  }

  public void publish(String key, String json) {
    long from = partition.window().nextOffset();
    append(key, json);
    tell(from);
  }

  /// A record with tags.
  public void publish(String key, String json, Map<String, String> tags) {
    long from = partition.window().nextOffset();
    byte[] headers = new KeptHeaders(tags, "", "").encode();
    writer.append(key, from, 1, headers, json.getBytes(StandardCharsets.UTF_8));
    writer.publish(from + 1);
    tell(from);
  }

  /// A tailer that takes over, as after a restart.
  public void restartTailer() {
    before = writer;
    writer = partition.window().takeOver();
  }

  /// What the tailer before the restart may still try.
  ///
  /// @return whether it was taken
  public boolean appendAsBefore(String key, String json) {
    return before.append(
        key, partition.window().nextOffset(), 1, NO_HEADERS, json.getBytes(StandardCharsets.UTF_8));
  }

  /// The log was truncated and begins anew.
  public void breakOff(ByteSize budget) {
    Window old = partition.window();
    Window fresh = window(partition.binding(), budget, old.identity().lineage() + 1);
    partition.replaceWindow(fresh);
    writer = fresh.takeOver();
    listener.replaced(partition, old);
  }

  /// Kafka says where the log begins now.
  public void logStart(long offset) {
    partition.logStart(offset);
  }

  /// The topic has another number of partitions by now.
  public void recount(int partitions) {
    partition.window().recount(partitions);
  }
}
