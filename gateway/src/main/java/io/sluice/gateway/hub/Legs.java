package io.sluice.gateway.hub;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The legs that want one channel of one partition on one loop; order means nothing, removal is by
/// place.
final class Legs {
  private @Nullable Leg[] legs = new Leg[2];
  private int size;

  void add(Leg leg) {
    if (size == legs.length) {
      legs = Arrays.copyOf(legs, size * 2);
    }
    leg.place = size;
    legs[size++] = leg;
  }

  void remove(Leg leg) {
    Leg last = get(--size);
    legs[leg.place] = last;
    last.place = leg.place;
    legs[size] = null;
    leg.place = -1;
    if (size < legs.length / 4 && legs.length > 8) {
      legs = Arrays.copyOf(legs, legs.length / 2);
    }
  }

  int size() {
    return size;
  }

  Leg get(int i) {
    Leg leg = legs[i];
    if (leg == null) {
      throw new IndexOutOfBoundsException(i);
    }
    return leg;
  }

  /// For going through them while they are removed.
  List<Leg> copy() {
    List<Leg> all = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      all.add(get(i));
    }
    return all;
  }
}
