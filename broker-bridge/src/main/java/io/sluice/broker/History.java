package io.sluice.broker;

import java.util.List;

/// What somebody who asked for a channel's past is told.
public sealed interface History {
  /// A part of it, without a hole from where it begins.
  ///
  /// @param top where the log was before it was read: whoever subscribes from there gets what came
  ///   after these
  /// @param publications in the order asked for
  record Page(Position top, List<Publication> publications) implements History {
    public Page {
      publications = List.copyOf(publications);
    }
  }

  /// The position is of another log, or what follows it cannot be had any more.
  record Unrecoverable() implements History {}

  /// Too many others are being read for.
  record Busy() implements History {}

  /// Kafka does not answer.
  record Unanswered() implements History {}
}
