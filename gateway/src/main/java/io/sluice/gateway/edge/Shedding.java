package io.sluice.gateway.edge;

import io.sluice.gateway.config.ShedConfig;
import java.time.Duration;
import java.util.OptionalInt;

/// Decides how much a node refuses, from what is measured once a second: one level more for each
/// second beyond a bound, one less after some that were well below all, or many that were below.
/// Pure; for one thread.
final class Shedding {
  /// Seconds in a row in which loops are late that count: a pause of the whole process, such as a
  /// long collection, can be seen in one.
  static final int LATE = 2;

  /// Seconds well below the bounds that give back one level.
  static final int CALM = 3;

  /// Seconds below the bounds, if hardly, that give back one level: or a load that stays there
  /// would be refused what there is room for, for ever.
  static final int STEADY = 30;

  /// After so many seconds without a collection the last one says nothing any more: it may be that
  /// nothing is allocated because everything is refused.
  static final int STALE = 30;

  /// What was measured in the last second.
  ///
  /// @param loopLag how late the latest event loop has been all the time
  /// @param memory of the heap that was in use after a collection, percent; none if there was none
  record Load(Duration loopLag, OptionalInt memory) {}

  private final Duration loopLag;
  private final int memory;
  private ShedLevel level = ShedLevel.NONE;
  private int late;
  private int calm;
  private int within;
  private int inUse;
  private int sinceCollected;

  Shedding(ShedConfig bounds) {
    this.loopLag = bounds.loopLag();
    this.memory = bounds.memory();
  }

  /// A second has passed.
  ///
  /// @return what is refused from now on
  ShedLevel look(Load load) {
    collected(load.memory());
    late = isLate(load) ? late + 1 : 0;
    if (isBeyond(load)) {
      calm = 0;
      within = 0;
      level = level.higher();
      return level;
    }
    within = isWithin(load) ? within + 1 : 0;
    calm = isCalm(load) ? calm + 1 : 0;
    if (calm == CALM || within == STEADY) {
      calm = 0;
      within = 0;
      level = level.lower();
    }
    return level;
  }

  private void collected(OptionalInt percent) {
    sinceCollected++;
    if (percent.isPresent()) {
      inUse = percent.getAsInt();
      sinceCollected = 0;
    } else if (sinceCollected > STALE) {
      inUse = 0;
    }
  }

  private boolean isBeyond(Load load) {
    return late >= LATE || (load.memory().isPresent() && isFull());
  }

  private boolean isWithin(Load load) {
    return !isLate(load) && !isFull();
  }

  private boolean isLate(Load load) {
    return !loopLag.isZero() && load.loopLag().compareTo(loopLag) > 0;
  }

  private boolean isFull() {
    return memory > 0 && inUse > memory;
  }

  /// Half of the lag, or a twentieth less memory.
  private boolean isCalm(Load load) {
    return (loopLag.isZero() || load.loopLag().multipliedBy(2).compareTo(loopLag) <= 0)
        && (memory == 0 || inUse <= memory - memory / 20);
  }
}
