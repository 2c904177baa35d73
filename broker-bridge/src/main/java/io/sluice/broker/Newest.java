package io.sluice.broker;

import java.util.Optional;

/// What a window knows of a channel's newest value. The newest record alone counts: a tombstone, or
/// what is not of the namespace's payload kind, is none.
public sealed interface Newest {
  /// This is it.
  record Value(Publication publication) implements Newest {}

  /// The channel has none.
  ///
  /// @param since nothing was written to the channel from this Kafka offset on; before it,
  ///   something may have been
  record None(long since) implements Newest {}

  /// It cannot be told: the log was not read from its start or is not read to its end yet, or
  /// values had to be dropped.
  ///
  /// @param seen the newest so far, while the log is not read to its end
  /// @param since as for [None]
  record Unknown(Optional<Publication> seen, long since) implements Newest {}

  /// What there is to give.
  default Optional<Publication> found() {
    return switch (this) {
      case Value(Publication publication) -> Optional.of(publication);
      case None _ -> Optional.empty();
      case Unknown(Optional<Publication> seen, long _) -> seen;
    };
  }
}
