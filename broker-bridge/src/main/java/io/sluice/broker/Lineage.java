package io.sluice.broker;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// All truncations of one partition's log that are known. Its [#number] stands in epochs. Nodes
/// that learn of the same cuts in whatever order, or by themselves, come to the same lineage.
/// Immutable.
final class Lineage {
  /// More cuts are not told apart: the oldest two become one that keeps no more than either did.
  static final int MAX_CUTS = 32;

  /// Of a log that was never truncated.
  static final Lineage WHOLE = new Lineage(List.of());

  private final List<Cut> cuts;

  private Lineage(List<Cut> cuts) {
    this.cuts = cuts;
  }

  /// The lineage of these cuts, in any order.
  static Lineage of(List<Cut> cuts) {
    TreeMap<Integer, Long> ordered = new TreeMap<>();
    cuts.forEach(cut -> ordered.merge(cut.leadership(), cut.offset(), Math::min));
    while (ordered.size() > MAX_CUTS) {
      long oldest = ordered.pollFirstEntry().getValue();
      ordered.merge(ordered.firstKey(), oldest, Math::min);
    }
    return new Lineage(ordered.entrySet().stream().map(Lineage::cut).toList());
  }

  private static Cut cut(Map.Entry<Integer, Long> entry) {
    return new Cut(entry.getKey(), entry.getValue());
  }

  /// Oldest first.
  List<Cut> cuts() {
    return cuts;
  }

  /// The leadership of the newest cut; 0 for a log that was never truncated. Only rises.
  int number() {
    return cuts.isEmpty() ? 0 : cuts.getLast().leadership();
  }

  Lineage with(Cut cut) {
    return and(new Lineage(List.of(cut)));
  }

  /// With what another node knows.
  Lineage and(Lineage other) {
    return cuts.equals(other.cuts)
        ? this
        : of(Stream.concat(cuts.stream(), other.cuts.stream()).toList());
  }

  /// Whether an offset that was told under a number of the past means the same now.
  ///
  /// @param next the offset of a position: records from it on were not seen under that number
  boolean keeps(int older, long next) {
    return older <= number() && next <= firstCutSince(older);
  }

  /// The lowest offset of all cuts later than that number; beyond all offsets when there is none.
  long firstCutSince(int older) {
    return cuts.stream()
        .filter(cut -> cut.leadership() > older)
        .mapToLong(Cut::offset)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Lineage lineage && cuts.equals(lineage.cuts);
  }

  @Override
  public int hashCode() {
    return cuts.hashCode();
  }

  @Override
  public String toString() {
    return cuts.toString();
  }
}
