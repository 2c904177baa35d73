package io.sluice.perf.check;

import io.sluice.perf.check.Violation.Fault;
import java.util.List;
import java.util.stream.Stream;

/// Sequence numbers that were skipped.
///
/// @param fault what it is, should they never come
/// @param first the lowest of them
/// @param last the highest of them
/// @param around what came instead
record Gap(Fault fault, long first, long last, Surroundings around) {
  long size() {
    return last - first + 1;
  }

  boolean holds(long sequence) {
    return first <= sequence && sequence <= last;
  }

  /// What is left when one of them has come after all.
  List<Gap> without(long sequence) {
    return Stream.of(
            new Gap(fault, first, sequence - 1, around), new Gap(fault, sequence + 1, last, around))
        .filter(gap -> gap.size() > 0)
        .toList();
  }

  Violation violation(String client, String channel) {
    String told = fault == Fault.FALSE_VERDICT ? " although it was told recovered:true" : "";
    return Violation.of(fault, client, channel, first, last, this + told, around);
  }

  @Override
  public String toString() {
    return first == last ? first + " is missing" : first + " to " + last + " are missing";
  }
}
