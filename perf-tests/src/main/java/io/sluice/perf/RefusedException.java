package io.sluice.perf;

import java.io.Serial;

/// The server wants no more of this client, or says what a client of the protocol cannot
/// understand.
final class RefusedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  RefusedException(String message) {
    super(message);
  }

  RefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
