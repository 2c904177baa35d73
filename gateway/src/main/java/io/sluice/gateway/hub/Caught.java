package io.sluice.gateway.hub;

import io.sluice.broker.Position;
import io.sluice.broker.Publication;
import java.util.List;

/// What subscribing from a position came to.
public sealed interface Caught {
  /// Nothing is missing.
  ///
  /// @param at the position to tell: the one asked with when something comes after it, in this
  ///   answer or as pushes; else the newer one that the log has reached
  /// @param missed what came after the position, oldest first, as far as it fits into the answer
  /// @param bytes what those take in the answer
  record All(Position at, List<Publication> missed, long bytes) implements Caught {
    public All {
      missed = List.copyOf(missed);
    }
  }

  /// What was missed has left the window meanwhile; the subscription was not taken up.
  record Lost() implements Caught {}
}
