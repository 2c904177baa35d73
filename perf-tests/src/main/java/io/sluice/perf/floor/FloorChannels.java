package io.sluice.perf.floor;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// All channels there have been, by name. Any thread.
final class FloorChannels {
  /// Whoever names one more is refused; a channel without subscribers costs about 500 bytes.
  private static final int MOST = 1 << 20;

  private final ConcurrentHashMap<String, FloorChannel> byName = new ConcurrentHashMap<>();
  private final List<FloorLoop> loops;
  private final int perWrite;

  /// @param perWrite see [FloorChannel]
  FloorChannels(List<FloorLoop> loops, int perWrite) {
    this.loops = List.copyOf(loops);
    this.perWrite = perWrite;
  }

  /// The channel of this name, made now if it is new; empty when there are too many already.
  Optional<FloorChannel> named(String name) {
    FloorChannel known = byName.get(name);
    if (known == null && byName.size() < MOST) {
      known = byName.computeIfAbsent(name, n -> new FloorChannel(n, loops, perWrite));
    }
    return Optional.ofNullable(known);
  }
}
