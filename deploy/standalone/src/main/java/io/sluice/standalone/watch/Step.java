package io.sluice.standalone.watch;

import java.time.Duration;

/// What a [Feed] wants done.
sealed interface Step {
  /// Send this as one text frame.
  record Send(String frame) implements Step {}

  /// Print this publication.
  record Deliver(Publication publication) implements Step {}

  /// Tell the reader.
  record Tell(String line) implements Step {}

  /// The connection stands: from now on it counts as dead when nothing comes for so long.
  record Established(Duration silence) implements Step {}

  /// This connection is of no use; try again later.
  record Reconnect(String reason) implements Step {}

  /// Trying again is of no use.
  record GiveUp(String reason) implements Step {}
}
