package io.sluice.broker;

/// Told of a record that turned out not to be of its namespace's payload kind, by whatever thread
/// first wanted to deliver it. Must return at once.
@FunctionalInterface
interface BadPayload {
  /// How much of a value is passed on.
  int HEAD = 4 << 10;

  /// Takes note.
  ///
  /// @param time the record's timestamp, milliseconds since 1970
  /// @param key the key part of its channel
  /// @param head the value's beginning, at most [#HEAD] bytes
  /// @param size the whole value's size in bytes
  void found(int partition, long offset, long time, String key, byte[] head, int size);
}
