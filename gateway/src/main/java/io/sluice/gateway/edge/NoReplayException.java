package io.sluice.gateway.edge;

import java.io.Serial;
import java.util.concurrent.CompletionException;

/// As many clients as may are being read for below the windows; there will be room later.
final class NoReplayException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  NoReplayException() {
    super("no room for one more replay", null, false, false);
  }

  /// Whether a stage failed for this.
  static boolean isCauseOf(Throwable failure) {
    return failure instanceof NoReplayException
        || (failure instanceof CompletionException
            && failure.getCause() instanceof NoReplayException);
  }
}
