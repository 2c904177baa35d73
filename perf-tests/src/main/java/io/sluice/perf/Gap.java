package io.sluice.perf;

import java.util.List;
import java.util.stream.Stream;

/// Sequence numbers that were skipped.
///
/// @param first the lowest of them
/// @param last the highest of them
/// @param around what came instead
record Gap(long first, long last, Surroundings around) {
  long size() {
    return last - first + 1;
  }

  boolean holds(long sequence) {
    return first <= sequence && sequence <= last;
  }

  /// What is left when one of them has come after all.
  List<Gap> without(long sequence) {
    return Stream.of(new Gap(first, sequence - 1, around), new Gap(sequence + 1, last, around))
        .filter(gap -> gap.size() > 0)
        .toList();
  }

  @Override
  public String toString() {
    return first == last ? first + " is missing" : first + " to " + last + " are missing";
  }
}
