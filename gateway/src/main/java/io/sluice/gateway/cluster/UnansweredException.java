package io.sluice.gateway.cluster;

import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/// A question to a node that stays without an answer, for a reason that is known.
final class UnansweredException extends IOException {
  private static final long serialVersionUID = 1;

  /// Why.
  enum Why {
    /// The node did not answer within its second.
    LATE,
    /// The node has as many questions as it answers at once.
    BUSY,
    /// This node, which asks, has as much under way as it may: the other was not asked, or not
    /// listened to.
    OWN_LIMIT,
    /// Anything else: it cannot be reached, or its answer cannot be read.
    FAILED;

    /// As it stands in metrics.
    String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Of what failed.
    static Why of(Throwable failure) {
      Throwable cause = failure;
      while (cause instanceof CompletionException && cause.getCause() != null) {
        cause = cause.getCause();
      }
      return switch (cause) {
        case UnansweredException unanswered -> unanswered.why;
        case TimeoutException _ -> LATE;
        case HttpTimeoutException _ -> LATE;
        default -> FAILED;
      };
    }
  }

  private final Why why;

  UnansweredException(Why why, String message) {
    super(message);
    this.why = why;
  }
}
