package io.sluice.broker;

/// A partition this node reads, for as long as the node lives. Its window may be replaced when the
/// partition's log breaks off.
public final class TailedPartition {
  private final int index;
  private final TopicBinding binding;
  private final int partition;
  private volatile long caughtUpAt;
  private volatile Window window;

  /// @param index dense number of this partition on this node
  /// @param caughtUpAt the log's end when reading started
  TailedPartition(int index, TopicBinding binding, int partition, Window window, long caughtUpAt) {
    this.index = index;
    this.binding = binding;
    this.partition = partition;
    this.window = window;
    this.caughtUpAt = caughtUpAt;
  }

  /// A dense number, 0 and up, of this partition on this node; never reused.
  public int index() {
    return index;
  }

  /// The namespace.
  public TopicBinding binding() {
    return binding;
  }

  /// Kafka's number of the partition.
  public int partition() {
    return partition;
  }

  /// The records at hand.
  public Window window() {
    return window;
  }

  /// Whether reading has once come to where the log ended when it started. Once true it stays so:
  /// where an old log ended says nothing about the one that took its place.
  public boolean caughtUp() {
    return window.tail() >= caughtUpAt;
  }

  /// From which Kafka offset on a record is news: a starting node first reads what is past.
  public long newsFrom() {
    return Math.max(window.tail(), caughtUpAt);
  }

  /// Puts another window in the place of whatever is there.
  ///
  /// @return the one that was there
  synchronized Window replaceWindow(Window next) {
    Window old = window;
    if (!old.identity().equals(next.identity())) {
      caughtUpAt = next.floor(); // before the window: who sees the new one judges by the new end
    }
    window = next;
    return old;
  }

  /// Puts a window in the place of exactly this one; tailer and topic watch may both want to mend
  /// the same break.
  ///
  /// @return whether it was still there
  synchronized boolean replaceWindow(Window expected, Window next) {
    if (window != expected) {
      return false;
    }
    replaceWindow(next);
    return true;
  }

  /// `topic/partition`, as logs and dead letters name it.
  @Override
  public String toString() {
    return binding.topic() + "/" + partition;
  }
}
