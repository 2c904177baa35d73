package io.sluice.gateway.hub;

import io.sluice.broker.Window;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// The legs of one loop that read their past by themselves; each turn of the loop lets them read
/// on. Confined to the loop.
final class CatchUps {
  /// Bytes of payloads after which a slice ends, however few records it has: a fraction of an
  /// outbox.
  private static final int BYTES_A_SLICE = 64 * 1024;

  private final Delivery delivery;
  private final Consumer<Subscription> lost;
  private final ArrayDeque<CatchUp> reading = new ArrayDeque<>();

  /// @param lost ends a subscription whose past has left the window
  CatchUps(Delivery delivery, Consumer<Subscription> lost) {
    this.delivery = delivery;
    this.lost = lost;
  }

  /// Lets a leg read from this Kafka offset on.
  void add(Leg leg, long from) {
    reading.add(new CatchUp(leg.window, List.of(leg), from));
  }

  /// Lets legs of one connection read, each from its `next` on, those of one window together.
  void addTogether(List<Leg> legs) {
    Map<Window, List<Leg>> byWindow = new LinkedHashMap<>();
    for (Leg leg : legs) {
      byWindow.computeIfAbsent(leg.window, _ -> new ArrayList<>()).add(leg);
    }
    byWindow.forEach((window, together) -> {
      long first = together.stream().mapToLong(leg -> leg.next).min().orElseThrow();
      reading.add(new CatchUp(window, together, first));
    });
  }

  /// Gives each a slice.
  ///
  /// @return whether any is not through
  boolean readOn() {
    for (int n = reading.size(); n > 0; n--) {
      CatchUp catchUp = reading.remove();
      if (!read(catchUp)) {
        reading.add(catchUp);
      }
    }
    return !reading.isEmpty();
  }

  /// Reads a slice.
  ///
  /// @return whether no further one is needed
  private boolean read(CatchUp catchUp) {
    List<Leg> legs = catchUp.attached();
    if (legs.isEmpty()) {
      return true;
    }
    CatchUp.Slice slice = catchUp.read(legs);
    if (catchUp.overtaken()) {
      legs.forEach(leg -> lost.accept(leg.subscription));
      return true;
    }
    boolean through = catchUp.advance(given(slice, catchUp.window));
    // together with where it leads to: a client that cannot take all of it comes back further on
    legs.getFirst().subscription.subscriber().flush();
    return through;
  }

  /// @return as much of the slice as was given
  private CatchUp.Slice given(CatchUp.Slice slice, Window window) {
    int bytes = 0;
    for (CatchUp.Found found : slice.records()) {
      if (bytes > BYTES_A_SLICE) {
        return slice.upTo(found.offset());
      }
      if (found.cursor().next()) {
        bytes += found.cursor().bytes();
        delivery.next();
        delivery.to(found.leg(), window, found.cursor());
      }
    }
    return slice;
  }
}
