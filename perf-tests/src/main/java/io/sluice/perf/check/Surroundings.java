package io.sluice.perf.check;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// What a client saw just before a fault, and from it on. Guarded by its [ChannelWatch].
final class Surroundings {
  /// Publications shown on either side.
  static final int SHOWN = 4;

  private final List<Sighting> before;
  private final List<Sighting> after = new ArrayList<>();

  Surroundings(Collection<Sighting> before) {
    this.before = List.copyOf(before);
  }

  /// Shows what came next.
  ///
  /// @return whether it wants to see more
  boolean add(Sighting sighting) {
    after.add(sighting);
    return after.size() < SHOWN;
  }

  /// `[6@1180], then [9@1243, 10@1250]`.
  @Override
  public String toString() {
    return "%s, then %s".formatted(before, after);
  }
}
