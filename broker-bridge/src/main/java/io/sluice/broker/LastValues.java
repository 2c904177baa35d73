package io.sluice.broker;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The newest values of those channels of one partition of which the window has nothing any more: a
/// channel's value is there or here. Bounded in bytes; beyond the bound the least recently written
/// go first, and it is noted that something is missing. For any thread.
final class LastValues {
  /// A slab's object (48) and its arrays' headers (48), the value's node and slot in the map (56),
  /// with compressed references.
  private static final int OVERHEAD = 152;

  private final long budget;
  private final Runnable dropped;

  // under the monitor
  private final Map<String, Slab> values = new LinkedHashMap<>(); // least recently written first
  private long bytes;

  private volatile boolean complete;
  private volatile long taken;

  /// @param complete whether the window reads the log from its start
  /// @param dropped told of each value that goes for want of room; must return at once
  LastValues(ByteSize budget, boolean complete, Runnable dropped) {
    this.budget = budget.bytes();
    this.complete = complete;
    this.dropped = dropped;
  }

  /// A channel's last record is about to leave the window.
  synchronized void keep(Slab slab, int entry) {
    Slab value = slab.only(entry);
    if (size(value) > budget) {
      drop(); // rather than all others for its sake
      return;
    }
    // its channel was in the window until now, so there is none before
    values.put(value.channel(0).key, value);
    bytes += size(value);
    while (bytes > budget) {
      drop(); // before it goes
      remove(values.keySet().iterator().next());
    }
  }

  private void drop() {
    complete = false;
    dropped.run();
  }

  /// The channel is in the window again.
  synchronized void take(String key) {
    if (values.containsKey(key)) {
      taken++; // before it goes
      remove(key);
    }
  }

  private void remove(String key) {
    Slab gone = values.remove(key);
    if (gone != null) {
      bytes -= size(gone);
    }
  }

  private static long size(Slab value) {
    return OVERHEAD + value.bytes() + value.channel(0).bytes();
  }

  /// A slab with nothing but the channel's value.
  synchronized @Nullable Slab of(String key) {
    return values.get(key);
  }

  /// How often a channel went back into the window. Who finds a channel neither there nor here, and
  /// the same number as before, has missed none.
  long taken() {
    return taken;
  }

  /// Whether the values of all channels that have any are here or in the window. Once false it
  /// stays so.
  boolean complete() {
    return complete;
  }

  synchronized long bytes() {
    return bytes;
  }
}
