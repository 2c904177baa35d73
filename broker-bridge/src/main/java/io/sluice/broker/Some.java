package io.sluice.broker;

import java.util.Collection;
import java.util.stream.Collectors;

/// The first of many, for a line that people read. Pure.
final class Some {
  private static final int SHOWN = 5;

  private Some() {}

  /// `3, 5, 7 and 9 more`; nothing of none.
  static String of(Collection<?> all) {
    String shown = all.stream().limit(SHOWN).map(String::valueOf).collect(Collectors.joining(", "));
    return all.size() <= SHOWN ? shown : shown + " and " + (all.size() - SHOWN) + " more";
  }
}
