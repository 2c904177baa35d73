package io.sluice.broker;

/// The right to append to a window. Taking it over ends the one before, so a tailer that was given
/// up and comes back to life cannot write beside its successor.
final class WindowWriter {
  private static final byte[] NOTHING = new byte[0];

  private final Window window;

  WindowWriter(Window window) {
    this.window = window;
  }

  /// Adds a record; readers bounded by the tail see it after [#publish].
  ///
  /// @return whether it was taken: no when the writer was superseded or the offset is not above the
  ///   one before
  boolean append(String key, long offset, long time, byte[] headers, byte[] value) {
    return window.append(this, key, offset, time, headers, value, false);
  }

  /// Adds a record without a value.
  boolean appendTombstone(String key, long offset, long time, byte[] headers) {
    return window.append(this, key, offset, time, headers, NOTHING, true);
  }

  /// Moves the tail to this Kafka offset, which may lie beyond the last record (transaction
  /// markers, compaction).
  ///
  /// @return whether it was taken
  boolean publish(long next) {
    return publish(next, window.leaderships());
  }

  /// The same, with the leaderships of all records up to there.
  boolean publish(long next, Leaderships known) {
    return window.publish(this, next, known);
  }
}
