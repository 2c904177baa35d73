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

  /// Of each leg's window, when the leg was taken up: should its partition get neighbours, the
  /// connection still stands where it was judged, not where keys go from now on.
  private final List<String> epochs;

  private final boolean inOneOrder;

  /// @param together whether legs that read their past do so together
  Bookmark(Bookmarks loops, List<Leg> legs, boolean together) {
    this.loops = loops;
    this.legs = legs.stream().sorted(Comparator.comparingLong(leg -> leg.window.serial())).toList();
    this.epochs = this.legs.stream().map(leg -> leg.window.epoch()).toList();
    this.inOneOrder =
        legs.stream().map(leg -> leg.window).distinct().count() == 1
            && (legs.stream().allMatch(Leg::live)
                || (together && legs.stream().noneMatch(Leg::live)));
    legs.forEach(leg -> leg.bookmark = this);
  }

  /// Those of a window that are live.
  List<Leg> liveIn(Window window) {
    return legs.stream().filter(l -> l.attached() && l.live() && l.window == window).toList();
  }

  /// Whether all of it lies in one partition and is given in the log's order: then each
  /// publication's offset is a position. It is not where one channel is live and another still
  /// reads its past.
  public boolean inOneOrder() {
    return inOneOrder;
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
    List<String> places = new ArrayList<>();
    LongBuffer standing = LongBuffer.allocate(Bookmarks.LONGS * legs.size());
    for (int i = 0; i < legs.size(); i++) {
      Leg leg = legs.get(i);
      if (!leg.attached()) {
        continue;
      }
      int last = standing.position() - Bookmarks.LONGS;
      if (last >= 0 && standing.get(last) == leg.window.serial()) {
        standing.put(last + 2, Math.min(standing.get(last + 2), leg.standing()));
      } else {
        String epoch = epochs.get(i);
        places.add(epoch);
        standing.put(leg.window.serial()).put(epoch.hashCode()).put(leg.standing());
      }
    }
    return places.isEmpty() ? "" : loops.token(standing.flip(), places);
  }
}
