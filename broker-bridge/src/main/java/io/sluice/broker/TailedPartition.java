package io.sluice.broker;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;

/// A partition this node reads, for as long as the node lives. Its window may be replaced when the
/// partition's log breaks off.
public final class TailedPartition {
  private final int index;
  private final TopicBinding binding;
  private final int partition;
  private volatile long caughtUpAt;
  private volatile Window window;

  /// Where the log began when Kafka was last asked; −1 before.
  private volatile long logStart = -1;

  /// Whether the log was seen to lose its beginning.
  private volatile boolean trimmed;

  private final Arrears arrears = new Arrears();
  private final HeldBack heldBack = new HeldBack();
  private volatile boolean resting;

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

  /// As Kafka's clients name it.
  TopicPartition topicPartition() {
    return new TopicPartition(binding.topic(), partition);
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

  /// Whether a record of this log has come since reading it started, and is still in the window or
  /// on its way there: what lay there before, and what is read once more below the window, is not.
  boolean isNews(long offset) {
    return offset >= caughtUpAt && offset >= window.floor();
  }

  /// Where the log begins, told every few seconds by one thread.
  void logStart(long offset) {
    trimmed |= logStart >= 0 && offset > logStart;
    logStart = offset;
  }

  /// Where the log begins, as Kafka said last, some seconds ago.
  public OptionalLong logStart() {
    long known = logStart;
    return known < 0 ? OptionalLong.empty() : OptionalLong.of(known);
  }

  /// Where the log ends, told every few seconds by one thread.
  ///
  /// @param askedAt by [System#nanoTime]
  void logEnd(long offset, long askedAt) {
    arrears.seen(offset, askedAt, window.tail());
  }

  /// Where the log ends, as Kafka said last, some seconds ago; with `read_committed` the records of
  /// an open transaction are beyond it.
  public OptionalLong logEnd() {
    long known = arrears.end();
    return known < 0 ? OptionalLong.empty() : OptionalLong.of(known);
  }

  /// How many offsets reading is behind that end.
  public long behind() {
    return arrears.records(window.tail());
  }

  /// For how long something has been in Kafka, as far as it was asked, that was not read; zero when
  /// there is nothing.
  public Duration late() {
    return arrears.age(window.tail(), System.nanoTime());
  }

  /// Told by who asks where the log ends.
  HeldBack transactions() {
    return heldBack;
  }

  /// How many records that were in Kafka some seconds ago are held back by open transactions; 0
  /// where the namespace reads them all the same.
  public long heldBack() {
    return heldBack.records();
  }

  /// For how long the log's last stable offset has not moved while something waited behind it, as
  /// far as Kafka was asked: for so long, at least, the same transaction has been open. Zero where
  /// nothing waits, or the namespace does not wait for it.
  public Duration heldFor() {
    return heldBack.length();
  }

  /// Whether it is left alone for a while, because reading it failed.
  public boolean resting() {
    return resting;
  }

  /// For its tailer.
  void resting(boolean now) {
    resting = now;
  }

  /// How many of the log's newest records a client that comes back, to whatever node, may have
  /// missed and still be given; where nothing is read below the window, as many as this one holds.
  /// A log, or a window, that has lost nothing yet does not count as short.
  ///
  /// @param limits what may be read below the window
  public long horizon(ReplayLimits limits) {
    Window now = window;
    long tail = now.tail();
    long most = limits.most(now.averageBytes());
    if (most == 0) {
      return now.evicts() ? Math.max(0, tail - now.floor()) : Long.MAX_VALUE;
    }
    return Horizon.records(most, trimmed, logStart, tail);
  }

  /// In how long as many records come, at the rate of those in the window. Nothing where nothing
  /// comes, or however many may.
  ///
  /// @param limits what may be read below the window
  /// @param now milliseconds since 1970
  public Optional<Duration> horizonAge(ReplayLimits limits, long now) {
    return Horizon.age(horizon(limits), window.perMilli(now));
  }

  /// Puts another window in the place of whatever is there.
  ///
  /// @return the one that was there
  synchronized Window replaceWindow(Window next) {
    Window old = window;
    if (!old.identity().equals(next.identity())) {
      caughtUpAt = next.floor(); // before the window: who sees the new one judges by the new end
      trimmed = false;
      logStart = -1;
      arrears.clear();
      heldBack.clear();
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
