package io.sluice.session;

import java.io.Serial;

/// As many calls wait for Redis as may; this one was not made.
final class QueueFullException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  QueueFullException(int limit) {
    // Thrown when there is no time to lose: without a stack trace.
    super("the limit of " + limit + " calls that wait for Redis is reached", null, false, false);
  }
}
