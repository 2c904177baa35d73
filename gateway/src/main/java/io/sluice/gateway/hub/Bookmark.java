package io.sluice.gateway.hub;

import io.sluice.broker.Window;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Where one connection stands: in each of its partitions the offset below which everything it
/// wants was put into its outbox. Confined to the loop.
public final class Bookmark {
  private final Bookmarks loops;

  /// Those of one window stand together, in the same order for all connections.
  private final List<Leg> legs;

  Bookmark(Bookmarks loops, List<Leg> legs) {
    this.loops = loops;
    this.legs = legs.stream().sorted(Comparator.comparingLong(leg -> leg.window.serial())).toList();
  }

  /// Whether all of it lies in one partition: then each publication's offset is a position.
  public boolean single() {
    return legs.stream().map(leg -> leg.window).distinct().count() == 1;
  }

  /// Passes over what nobody wanted meanwhile, so that a quiet channel's position stays young.
  public void reachOn() {
    for (Leg leg : legs) {
      if (leg.attached() && leg.table != null) {
        leg.table.reachOn(loops.loop());
      }
    }
  }

  /// The token for the end of the outbox; empty when there are more partitions than fit.
  public String token() {
    List<Window> windows = new ArrayList<>();
    LongBuffer standing = LongBuffer.allocate(2 * legs.size());
    for (Leg leg : legs) {
      if (!leg.attached()) {
        continue;
      }
      int last = windows.size() - 1;
      if (last >= 0 && windows.get(last) == leg.window) {
        int at = 2 * last + 1;
        standing.put(at, Math.min(standing.get(at), leg.standing()));
      } else {
        windows.add(leg.window);
        standing.put(leg.window.serial()).put(leg.standing());
      }
    }
    return windows.isEmpty() ? "" : loops.token(standing.flip(), windows);
  }
}
