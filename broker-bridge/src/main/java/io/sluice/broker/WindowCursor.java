package io.sluice.broker;

import java.util.Optional;

/// Reads a stretch of a window in order. Belongs to one thread. A hole left by eviction ends or
/// skips the reading; the reader notices by the window's floor.
public final class WindowCursor {
  private final EntryReader reader;
  private final Slab[] slabs;
  private final long from;
  private final long to;
  private int slab;
  private int entry;

  WindowCursor(EntryReader reader, Slab[] slabs, long from, long to) {
    this.reader = reader;
    this.slabs = slabs;
    this.from = from;
    this.to = to;
    if (slabs.length > 0) {
      slab = Slabs.at(slabs, from);
      entry = slabs[slab].find(from) - 1;
    }
  }

  /// Moves to the next record.
  ///
  /// @return whether there is one
  public boolean next() {
    while (slab < slabs.length) {
      if (++entry < slabs[slab].count()) {
        return slabs[slab].offset(entry) < to;
      }
      slab++;
      entry = -1;
    }
    return false;
  }

  /// The record's Kafka offset.
  public long offset() {
    return slabs[slab].offset(entry);
  }

  /// The key part of the record's channel.
  public String key() {
    return slabs[slab].channel(entry).key;
  }

  /// The record's timestamp, milliseconds since 1970.
  public long time() {
    return slabs[slab].time(entry);
  }

  /// The bytes of the record's value; 0 for a tombstone.
  public int bytes() {
    return Math.max(0, slabs[slab].valueLength(entry));
  }

  /// The record as subscribers see it; see [Window#at] for when there is none.
  public Optional<Publication> publication() {
    return reader.read(slabs[slab], entry);
  }

  @Override
  public String toString() {
    return "WindowCursor[" + from + ", " + to + ")";
  }
}
